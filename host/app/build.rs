//! Tells the program which system it was built for.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    println!("cargo:rustc-env=METERPORT_TARGET={target}");
}
