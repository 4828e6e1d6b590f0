//! The kernel's own device side (`dummy_hcd`, configfs) between a simulated meter and the program:
//! what we believe of USB is checked against somebody else's belief.
//!
//! Source: Linux, `Documentation/usb/gadget_configfs.rst`.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Case;
use crate::cable::Mounted;
use crate::families::{RECORDS, expect};
use crate::held::first;
use crate::kernel::{self, Plugged};
use crate::patience::until;
use crate::program::{Who, listed, meterport, reading, records};
use crate::simulated::{Family, program, put_files};

/// One case for each function.
pub fn cases(families: &[Family]) -> Vec<Case> {
    let (port, hid, disk) = (families.to_vec(), families.to_vec(), families.to_vec());
    vec![
        Case::new("a meter behind the kernel's own CDC-ACM device is read", move || is_port(&port))
            .with("serial"),
        Case::new("a meter behind the kernel's own HID device is read", move || is_hid(&hid))
            .with("hid"),
        Case::new("a meter's files on the kernel's own disk are read", move || is_disk(&disk))
            .with("volume"),
    ]
}

/// The bytes of a pseudo-terminal go through the kernel's serial device.
fn is_port(families: &[Family]) -> Result<String, String> {
    let (family, meter) = first(families, "serial", &[])?;
    drop(meter);
    let gadget = Gadget::new("1d6b", "0104", "acm.0", |_| Ok(()))?;
    let port = until("its terminal", || kernel::terminal(&gadget.plugged.place))?;
    until("its other end", || Path::new(GADGET_PORT).exists().then_some(()))?;
    // The kernel takes the gadget away when nobody has it open: so this one goes first.
    let _simulator = OnTerminal::start(&family)?;
    for terminal in [GADGET_PORT, TERMINAL] {
        busybox(&["stty", "-F", terminal, "raw", "-echo"])?;
    }
    join(TERMINAL, GADGET_PORT, |bytes| bytes)?;
    let port = port.display().to_string();
    let arguments = ["read", "--port", &port, "--driver", &family.name, "--format", "json"];
    let count = records(&meterport(Who::Root, &arguments)?.document()?)?;
    expect(count, &family, RECORDS).map(|text| format!("{family}: {text}"))
}

/// The reports of a simulated meter go through the kernel's HID device, which has the same ids.
fn is_hid(families: &[Family]) -> Result<String, String> {
    let (family, meter) = first(families, "hid", &[])?;
    let place = &meter.simulated.plugged.place;
    let node = until("its raw node", || kernel::hidraw(place))?;
    let name = node.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let descriptor = read(format!("/sys/class/hidraw/{name}/device/report_descriptor"))?;
    let Plugged { vid, pid, .. } = &meter.simulated.plugged;
    let gadget = Gadget::new(vid, pid, "hid.0", |folder| {
        put(folder.join("protocol"), "0")?;
        put(folder.join("subclass"), "0")?;
        put(folder.join("report_length"), "64")?;
        put(folder.join("report_desc"), &descriptor)
    })?;
    until("its other end", || Path::new(GADGET_HID).exists().then_some(()))?;
    // To a raw node the id comes first, and is 0 where reports have none.
    let is_numbered = has_ids(&descriptor);
    join(&node.display().to_string(), GADGET_HID, move |report| {
        if is_numbered { report } else { [vec![0], report].concat() }
    })?;
    let run = listed(Who::Root, &gadget.plugged.place, &family)
        .and_then(|listed| meterport(Who::Root, &reading(&listed, &family)));
    drop(meter);
    expect(records(&run?.document()?)?, &family, RECORDS).map(|text| format!("{family}: {text}"))
}

/// The files of a meter are on a FAT volume that busybox made.
fn is_disk(families: &[Family]) -> Result<String, String> {
    let family = families.iter().find(|family| family.has("volume"));
    let family = family.ok_or("no family has files")?;
    let image = "/tmp/gadget-disk";
    File::create(image)
        .and_then(|file| file.set_len(4 << 20))
        .map_err(|error| format!("{image}: {error}"))?;
    busybox(&["mkdosfs", image])?;
    fs::create_dir_all("/mnt/image").map_err(|error| error.to_string())?;
    busybox(&["mount", "-t", "vfat", "-o", "loop", image, "/mnt/image"])?;
    let put_there = put_files(family, RECORDS, "/mnt/image");
    busybox(&["umount", "/mnt/image"])?;
    put_there?;
    let gadget = Gadget::new("1d6b", "0104", "mass_storage.0", |folder| {
        put(folder.join("lun.0/file"), image)
    })?;
    let mounted = Mounted::at(&gadget.plugged.place)?;
    let folder = mounted.folder.display().to_string();
    let arguments = ["read", "--volume", &folder, "--driver", &family.name, "--format", "json"];
    let run = meterport(Who::Root, &arguments)?;
    expect(records(&run.document()?)?, family, RECORDS).map(|text| format!("{family}: {text}"))
}

/// A simulated meter on a pseudo-terminal. Dropping it ends it.
struct OnTerminal(Child);

impl OnTerminal {
    fn start(family: &Family) -> Result<Self, String> {
        let simulator = program(family)
            .args(["--link", TERMINAL, "--records", &RECORDS.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(|error| format!("{family}: {error}"))?;
        until("the simulator's terminal", || Path::new(TERMINAL).exists().then_some(()))?;
        Ok(simulator)
    }
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
        let _ = fs::remove_file(TERMINAL);
    }
}

/// A device that the kernel plays. Dropping it unplugs it.
struct Gadget {
    folder: PathBuf,
    function: String,
    plugged: Plugged,
}

impl Gadget {
    fn new(
        vid: &str,
        pid: &str,
        function: &str,
        set_up: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<Self, String> {
        let config = Path::new("/sys/kernel/config");
        if !config.join("usb_gadget").exists() {
            busybox(&["mount", "-t", "configfs", "none", "/sys/kernel/config"])?;
        }
        let folder = config.join("usb_gadget/meter");
        let functions = folder.join("functions").join(function);
        for folder in [&folder, &folder.join("configs/c.1"), &folder.join("strings/0x409")] {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir(&functions).map_err(|error| format!("{function}: {error}"))?;
        put(folder.join("idVendor"), format!("0x{vid}"))?;
        put(folder.join("idProduct"), format!("0x{pid}"))?;
        put(folder.join("strings/0x409/product"), "Gadget meter")?;
        set_up(&functions)?;
        symlink(&functions, folder.join("configs/c.1").join(function))
            .map_err(|error| format!("{function}: {error}"))?;
        let before = kernel::plugged();
        put(folder.join("UDC"), "dummy_udc.0")?;
        let plugged = until("the gadget on the bus", || {
            let new = kernel::plugged().into_iter().find(|(place, _)| !before.contains_key(place));
            new.map(|(_, plugged)| plugged)
        })?;
        Ok(Self { folder, function: function.to_owned(), plugged })
    }
}

impl Drop for Gadget {
    fn drop(&mut self) {
        let _ = put(self.folder.join("UDC"), "\n");
        let _ = fs::remove_file(self.folder.join("configs/c.1").join(&self.function));
        for folder in ["configs/c.1", "strings/0x409"] {
            let _ = fs::remove_dir(self.folder.join(folder));
        }
        let _ = fs::remove_dir(self.folder.join("functions").join(&self.function));
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Carries what each of two nodes says to the other, for as long as this program runs.
fn join(
    meter: &str,
    gadget: &str,
    to_meter: impl Fn(Vec<u8>) -> Vec<u8> + Send + 'static,
) -> Result<(), String> {
    let open = |path: &str| {
        let file = OpenOptions::new().read(true).write(true).open(path);
        file.map_err(|error| format!("{path}: {error}"))
    };
    let (meter, gadget) = (open(meter)?, open(gadget)?);
    let again = |file: &File| file.try_clone().map_err(|error| error.to_string());
    let (meter_end, gadget_end) = (again(&meter)?, again(&gadget)?);
    std::thread::spawn(move || carry(meter, gadget, |bytes| bytes));
    std::thread::spawn(move || carry(gadget_end, meter_end, to_meter));
    Ok(())
}

fn carry(mut from: File, mut to: File, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let mut buffer = [0; 4096];
    while let Ok(count) = from.read(&mut buffer) {
        let bytes = buffer.get(..count).unwrap_or_default().to_vec();
        if count == 0 || to.write_all(&change(bytes)).is_err() {
            return;
        }
    }
}

/// Whether a report descriptor has an item `Report ID` (HID 1.11, 6.2.2.7).
fn has_ids(mut descriptor: &[u8]) -> bool {
    while let [item, rest @ ..] = descriptor {
        if item & 0xFC == 0x84 {
            return true;
        }
        let length = [0, 1, 2, 4].into_iter().nth(usize::from(item & 3)).unwrap_or_default();
        descriptor = rest.get(length..).unwrap_or_default();
    }
    false
}

fn busybox(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("/bin/busybox").args(arguments).output();
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn put(path: PathBuf, content: impl AsRef<[u8]>) -> Result<(), String> {
    fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(path: String) -> Result<Vec<u8>, String> {
    fs::read(&path).map_err(|error| format!("{path}: {error}"))
}

const TERMINAL: &str = "/tmp/gadget-meter";
const GADGET_PORT: &str = "/dev/ttyGS0";
const GADGET_HID: &str = "/dev/hidg0";
