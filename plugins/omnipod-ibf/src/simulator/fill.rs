//! A plausible memory: meals, corrections, basal rates and pods up to now. Invented, and the same
//! every time.

use meterport_sdk::time::{from_seconds, to_seconds};
use meterport_sdk::wit::DeviceTime;
use meterport_simulator::plausible;

use super::Meter;
use super::layout::moment;
use super::memory::{Memory, Stored, What};

/// So many records in all. Those of one meal stay together as long as there is room.
pub(super) fn fill(meter: &mut Meter, records: u32) {
    let most = usize::try_from(records).unwrap_or(usize::MAX).min(MOST);
    let mut rows: Vec<Vec<Row>> = Vec::new();
    let mut count = 0;
    // The newest first.
    let values = plausible::results(u32::try_from(most).unwrap_or(u32::MAX), &meter.now);
    for (place, value) in (0_u32..).zip(&values) {
        if count >= most {
            break;
        }
        let mut rows_of = happening(place, value.mg_per_dl, meter.settings.dash);
        rows_of.truncate(most - count);
        count += rows_of.len();
        let begin = to_seconds(&value.at);
        let at = |(after, row): (i64, Row)| Row { after: begin + after, ..row };
        rows.push((0..).step_by(20).zip(rows_of).map(at).collect());
    }
    let mut memory = Memory::of(meter.memory.most.max(most));
    let begin = rows.last().and_then(|rows| rows.first()).map_or(0, |row| row.after);
    for row in rows.into_iter().rev().flatten() {
        let Some(at) = from_seconds(row.after) else { continue };
        let tick = 600_000 + u32::try_from(row.after - begin).unwrap_or_default();
        memory.add(row.stored(at, tick));
    }
    meter.memory = memory;
}

struct Row {
    after: i64,
    kind: u32,
    detail: Vec<u8>,
}

impl Row {
    fn new(kind: u32, detail: Vec<u8>) -> Self {
        Self { after: 0, kind, detail }
    }

    fn stored(self, at: DeviceTime, tick: u32) -> Stored {
        match self.kind {
            PUMP_ALARM => Stored::new(at, tick, What::PumpAlarm(14)),
            0x80 => {
                let mut detail = moment(at);
                detail.extend(self.detail);
                Stored::history(at, tick, 0x80, detail)
            }
            kind => Stored::history(at, tick, kind, self.detail),
        }
    }
}

/// A fingerstick and what follows from it, the oldest first.
fn happening(place: u32, mg_per_dl: u16, dash: bool) -> Vec<Row> {
    let tenths = if dash { 10 } else { 1 };
    let carbs = 20 + u16::try_from(place % 6).unwrap_or_default() * 10;
    let volume = u32::from(carbs) * 10;
    let mut rows = vec![Row::new(0x800, glucose(mg_per_dl, 0))];
    match place % 5 {
        0 | 1 => {
            rows.push(Row::new(0x40, calculator(mg_per_dl, carbs * tenths, dash)));
            rows.push(Row::new(0x4, bolus(volume, 0, 1, 94)));
        }
        2 => {
            rows.push(Row::new(0x40, calculator(mg_per_dl, carbs * tenths, dash)));
            rows.push(Row::new(0x4, bolus(volume / 2, 0, 1, 50)));
            rows.push(Row::new(0x4, bolus(volume / 2, 90, 2, 0)));
        }
        3 => {
            rows.push(Row::new(0x8, basal(60, 30, -30)));
            rows.push(Row::new(0x8, basal(85, 0, 0)));
        }
        _ => rows.push(Row::new(0x1000, [&carbs.to_le_bytes()[..], &[0, 0]].concat())),
    }
    if place % 15 == 14 {
        rows.push(Row::new(0x80, vec![23, 0, 0, 0, 0, 1, 0, 2, 0, 3, 0]));
        rows.push(Row::new(PUMP_ALARM, Vec::new()));
        rows.push(Row::new(0x1, Vec::new()));
        rows.push(Row::new(0x8000, vec![0xAC, 0x73, 0x4F, 0x1A, 2, 7, 0, 2, 7, 0]));
    }
    rows
}

/// The detail of a fingerstick.
fn glucose(mg_per_dl: u16, flags: u8) -> Vec<u8> {
    let mut detail = vec![0; 4];
    detail.extend(mg_per_dl.to_le_bytes());
    detail.extend([0; 48]);
    detail.push(flags);
    detail
}

/// The detail of a bolus.
fn bolus(volume: u32, extended_minutes: u16, calculator: u16, seconds: u16) -> Vec<u8> {
    let mut detail = volume.to_le_bytes().to_vec();
    detail.extend([extended_minutes, calculator, seconds].map(u16::to_le_bytes).concat());
    detail
}

/// The detail of a basal rate.
fn basal(rate: u32, minutes: u16, percent: i16) -> Vec<u8> {
    let mut detail = rate.to_le_bytes().to_vec();
    detail.extend(minutes.to_le_bytes());
    detail.extend(percent.to_le_bytes());
    detail
}

/// The detail of a calculation.
fn calculator(mg_per_dl: u16, carbs: u16, dash: bool) -> Vec<u8> {
    let (factor, ratio) = if dash { (5_000_u16, 100_u16) } else { (50, 10) };
    let long = [20_u32, 400, 20, 400, 20, 400, 0, 50];
    let mut detail = long.map(u32::to_le_bytes).concat();
    detail.extend([factor, mg_per_dl, 110, 120, carbs, ratio].map(u16::to_le_bytes).concat());
    detail
}

/// Stands for the other log.
const PUMP_ALARM: u32 = 0;
/// More than ninety days hold.
const MOST: usize = 30_000;
