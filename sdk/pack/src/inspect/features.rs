//! Full validation, with the features of WebAssembly that the host's engine has on.

use wasmparser::{Validator, WasmFeatures};

use super::InspectError;

/// Off on purpose, as in the host: 64-bit memories, threads, tail calls, relaxed SIMD, garbage
/// collection, exceptions, and everything asynchronous in components.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

pub(super) fn validate(bytes: &[u8]) -> Result<(), InspectError> {
    Validator::new_with_features(FEATURES).validate_all(bytes)?;
    Ok(())
}
