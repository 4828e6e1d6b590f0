//! What `wit-bindgen` makes of the contract. Drivers use the flat names in [`crate::wit`].
#![allow(missing_docs, unsafe_code, clippy::all, clippy::pedantic, clippy::restriction)]

wit_bindgen::generate!({
    path: "wit",
    world: "driver",
    pub_export_macro: true,
    default_bindings_module: "meterport_sdk::bindings",
    generate_all,
    additional_derives: [PartialEq, Clone],
    additional_derives_ignore: ["granted"],
});
