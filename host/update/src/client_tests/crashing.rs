//! A crash at every write of a whole refresh, with a step in the keyring chain and a newer feed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;

use super::{BASE, FEED, NOW, UNTIL, World, clock, seq};
use crate::crash_disk::{MemoryDisk, Recorder, aftermaths, files};
use crate::disk::FolderDisk;
use crate::{Standing, Store, refresh, trusted};

#[test]
fn a_crash_in_a_refresh_leaves_the_old_or_the_new_trust_and_the_next_one_goes_on() {
    let folder = TempDir::new().unwrap();
    let dir = || Dir::open_ambient_dir(&folder, ambient_authority()).unwrap();
    let world = World { store: Store::open(dir()).unwrap(), ..World::new(&[BASE]) };
    world.publish(6, "2026-12-05T09:00:00Z", "0.9.0");
    world.refresh();
    let before = files(folder.path());
    world.net.file("https://updates.example/2.keyring", &world.keys.keyring(2, &[]));
    world.publish(7, UNTIL, "1.0.0");
    let log = Arc::new(Mutex::new(Vec::new()));
    let store = Store::on(Arc::new(Recorder(FolderDisk(dir()), Arc::clone(&log))));
    refresh(&store, &world.source, &world.net, clock(NOW), &|| false).unwrap();
    let ops = log.lock().unwrap().clone();

    let mut seen = BTreeSet::new();
    for length in 0..=ops.len() {
        for aftermath in aftermaths(&before, &ops[..length]) {
            let store = Store::on(Arc::new(MemoryDisk(Mutex::new(aftermath))));
            let trusted = trusted(&store, &world.source, clock(NOW)).unwrap();
            assert_eq!(trusted.standing, Standing::Fresh, "after {length} of {}", ops.len());
            let now = (trusted.keyring.version, seq(&trusted));
            assert!([(1, Some(6)), (2, Some(6)), (2, Some(7))].contains(&now), "{now:?}");
            assert!(length < ops.len() || now == (2, Some(7)), "done, and yet not kept");
            seen.insert(now);

            let again = refresh(&store, &world.source, &world.net, clock(NOW), &|| false).unwrap();
            assert_eq!(again.trusted.standing, Standing::Fresh);
            assert_eq!((again.trusted.keyring.version, seq(&again.trusted)), (2, Some(7)));
        }
    }
    assert_eq!(seen.len(), 3);
    assert!(world.net.asked().contains(&FEED.to_owned()));
}
