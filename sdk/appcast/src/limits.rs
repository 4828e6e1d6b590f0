//! How large everything may be that comes from outside. Publisher and client keep the same bounds.

use jiff::SignedDuration;

/// A keyring file with its signatures, in bytes.
pub const MAX_KEYRING_BYTES: usize = 64 * 1024;

/// Keyrings of one feed, each following the one before.
pub const MAX_KEYRINGS: u32 = 1024;

/// A feed with its signatures, in bytes.
pub const MAX_FEED_BYTES: usize = 2 * 1024 * 1024;

/// The trailing block, marker and end included, in bytes; and a `.minisig` file.
pub const MAX_BLOCK_BYTES: usize = 16 * 1024;

/// Signatures of one file.
pub const MAX_SIGNATURES: usize = 16;

/// Items of a feed.
pub const MAX_ITEMS: usize = 4096;

/// A driver's package, in bytes.
pub const MAX_DRIVER_BYTES: u64 = 4 * 1024 * 1024;

/// The program's package, in bytes.
pub const MAX_APP_BYTES: u64 = 512 * 1024 * 1024;

/// The program's package when unpacked, in bytes.
pub const MAX_UNPACKED: u64 = 1024 * 1024 * 1024;

/// The longest time that a fresh signature may promise: 35 days.
pub const FRESH_MOST: SignedDuration = SignedDuration::from_hours(35 * 24);

/// Keys of one role. Two roles of so many fit into one block.
pub const MAX_ROLE_KEYS: usize = 8;

/// Vendors of a keyring.
pub const MAX_VENDORS: usize = 256;

/// USB ids of one vendor.
pub const MAX_USB_SCOPES: usize = 64;

/// Disks of a keyring.
pub const MAX_DISKS: usize = 256;

/// Mirrors of a keyring.
pub const MAX_MIRRORS: usize = 16;
