//! **Attacker:** whoever can make a client fetch one thing more.
//! **Aim:** a further file from elsewhere beside the one that was signed.
//! **What must hold:** a package is one file, and no step of an installation opens another address.

use meterport_tests_updates::{BASE, Clinic, Driver, Feed, Item, Ring, UNTIL};

#[test]
fn install_fetches_only_the_listed_file() {
    let ring = Ring::first("main");
    let clinic = Clinic::of(&ring);
    let driver = Driver::new("meter-a", "1.0.0");
    // Every word in an appcast that names a further file or page.
    let item = Item::driver(&driver).with(
        "<link>https://evil.example/a</link>\
         <sparkle:releaseNotesLink>https://evil.example/b</sparkle:releaseNotesLink>\
         <sparkle:fullReleaseNotesLink>https://evil.example/c</sparkle:fullReleaseNotesLink>\
         <description><![CDATA[<img src=\"https://evil.example/d\"/>]]></description>\
         <sparkle:deltas><enclosure url=\"https://evil.example/e\" sparkle:deltaFrom=\"0.9.0\" \
         length=\"1\" type=\"x\"/></sparkle:deltas>\
         <source url=\"https://evil.example/f\">f</source>",
    );
    clinic.put_package(&driver.package());
    let other = Driver::new("meter-b", "1.0.0");
    clinic.put_package(&other.package());
    clinic.publish(&ring, &Feed::new("main", 1, UNTIL).item(item).item(Item::driver(&other)));
    clinic.refresh();
    clinic.mirror.asked();

    clinic.install("meter-a").unwrap();

    let package = format!("{BASE}{}", Item::driver(&driver).enclosures[0].url);
    let expected = [format!("{BASE}2.keyring"), format!("{BASE}appcast.xml"), package];
    let mut asked = clinic.mirror.urls();
    asked.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(asked, expected);
}
