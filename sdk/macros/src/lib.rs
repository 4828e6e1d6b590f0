//! `export_driver!`: checks a driver's manifest while compiling, and makes the component export.
//!
//! Drivers take it from `meterport-sdk`. What the expansion puts under
//! `#[cfg(target_arch = "wasm32")]` cannot be linked natively; what it leaves outside makes a native
//! build notice an edited manifest.

use std::path::Path;

use meterport_manifest::Manifest;
use proc_macro::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, parse_macro_input};

struct Export {
    driver: Ident,
    manifest: LitStr,
}

impl Parse for Export {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let driver = input.parse()?;
        input.parse::<Token![,]>()?;
        let manifest = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Self { driver, manifest })
    }
}

/// Exports a driver: `export_driver!(MyMeter, "driver.toml");`
///
/// The first argument names a unit struct that implements `Driver`. The second is the manifest,
/// relative to the crate's folder; it is parsed and validated here, compared with the crate's
/// version, and becomes the custom section `meterport:manifest`, byte for byte.
#[proc_macro]
pub fn export_driver(input: TokenStream) -> TokenStream {
    let export = parse_macro_input!(input as Export);
    match check(&export) {
        Ok(()) => expand(&export).into(),
        Err(error) => error.into_compile_error().into(),
    }
}

fn check(export: &Export) -> syn::Result<()> {
    let fail = |text: String| syn::Error::new(export.manifest.span(), text);
    let folder = std::env::var("CARGO_MANIFEST_DIR")
        .map_err(|_| fail("cargo did not say where the crate is".to_owned()))?;
    let name = export.manifest.value();
    let bytes = std::fs::read(Path::new(&folder).join(&name))
        .map_err(|error| fail(format!("`{name}` cannot be read: {error}")))?;
    let manifest = Manifest::parse(&bytes).map_err(|error| fail(format!("`{name}`: {error}")))?;
    let crate_version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    if manifest.version.to_string() != crate_version {
        return Err(fail(format!(
            "`{name}` says version {}, the crate's version is {crate_version}",
            manifest.version
        )));
    }
    Ok(())
}

fn expand(export: &Export) -> proc_macro2::TokenStream {
    let Export { driver, manifest } = export;
    quote! {
        const _: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", #manifest));

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs)]
        const _: () = {
            const BYTES: &[u8] =
                include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", #manifest));

            #[used]
            #[unsafe(link_section = "meterport:manifest")]
            static MANIFEST: [u8; BYTES.len()] =
                *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", #manifest));

            struct Component;

            impl ::meterport_sdk::export::Guest for Component {
                fn read(
                    device: ::meterport_sdk::export::Granted,
                    context: ::meterport_sdk::export::WitContext,
                ) -> ::core::result::Result<
                    ::meterport_sdk::export::Summary,
                    ::meterport_sdk::export::WitDriverError,
                > {
                    ::meterport_sdk::export::run(&#driver, device, context)
                }
            }

            ::meterport_sdk::bindings::export!(Component with_types_in ::meterport_sdk::bindings);
        };
    }
}
