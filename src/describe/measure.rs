//! Times, durations and sizes in texts.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use toml::value::{Datetime, Offset};

/// Reads a time in the form of RFC 3339. Returns the seconds and nanoseconds since 1970-01-01T00:00:00Z.
///
/// # Errors
///
/// The reason that the text is no such time.
pub(super) fn time(text: &str) -> Result<(u64, u32), &'static str> {
    // TOML has exactly the grammar of RFC 3339.
    text.parse::<Datetime>().map_err(|_| "it is not in the form of RFC 3339").and_then(|time| moment(&time))
}

/// As [`time`], for a time that the TOML parser has read.
pub(super) fn moment(time: &Datetime) -> Result<(u64, u32), &'static str> {
    const NONE: &str = "there is no such day or hour";
    let Datetime { date: Some(date), time: Some(time), offset: Some(offset) } = time else {
        return Err("it lacks the day, the hour or the offset from UTC");
    };
    let (year, month, day) = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
    let (hour, minute) = (i8::try_from(time.hour), i8::try_from(time.minute));
    // No clock of WASI counts leap seconds, so the second 60 becomes 59.
    let second = i8::try_from(time.second.unwrap_or_default().min(59));
    let (Ok(year), Ok(month), Ok(day), Ok(hour), Ok(minute), Ok(second)) = (year, month, day, hour, minute, second)
    else {
        return Err(NONE);
    };
    let nanosecond = i32::try_from(time.nanosecond.unwrap_or_default()).map_err(|_| NONE)?;
    let minutes = match offset {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(*minutes),
    };
    let local = DateTime::new(year, month, day, hour, minute, second, nanosecond).map_err(|_| NONE)?;
    let seconds = jiff::tz::Offset::UTC
        .to_timestamp(local)
        .and_then(|utc| utc.checked_sub(SignedDuration::from_secs(minutes * 60)))
        .map_err(|_| NONE)?;
    if seconds < Timestamp::UNIX_EPOCH {
        return Err("it is before 1970, from where clocks count");
    }
    let parts = (u64::try_from(seconds.as_second()), u32::try_from(seconds.subsec_nanosecond()));
    if let (Ok(seconds), Ok(nanoseconds)) = parts { Ok((seconds, nanoseconds)) } else { Err(NONE) }
}

/// Reads a duration, such as `1ms` or `1m 30s`, in nanoseconds. `None` if the text is none.
pub(super) fn duration(text: &str) -> Option<u64> {
    // The parser also accepts `PT1S` and `00:00:01`, which are easily misread.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(':') {
        return None;
    }
    u64::try_from(text.parse::<SignedDuration>().ok()?.as_nanos()).ok()
}

/// Reads a size, such as `20MiB`, in bytes. `None` if the text is none.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(digits)?;
    let factor: u64 = match unit.strip_prefix(' ').unwrap_or(unit) {
        "B" => 1,
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration, time};

    #[test]
    fn measure_requires_an_offset_for_times() {
        assert_eq!(time("1970-01-01T00:00:00Z"), Ok((0, 0)));
        assert_eq!(time("2026-01-01T00:00:00Z"), Ok((1_767_225_600, 0)));
        assert_eq!(time("2026-01-01 02:00:00.5+02:00"), Ok((1_767_225_600, 500_000_000)));
        assert_eq!(time("2024-02-29T23:59:59.999999999-00:30"), Ok((1_709_252_999, 999_999_999)));
        assert_eq!(time("2016-12-31T23:59:60Z"), time("2016-12-31T23:59:59Z"));
        for none in [
            "",
            "now",
            "2026",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "00:00:00",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+00:01",
            "2026-01-01T00:00:00[Europe/Berlin]",
            "10000-01-01T00:00:00Z",
        ] {
            assert!(time(none).is_err(), "{none}");
        }
    }

    #[test]
    fn measure_requires_units_for_durations() {
        for (text, nanoseconds) in [
            ("1ns", 1),
            ("2us", 2_000),
            ("3ms", 3_000_000),
            ("4s", 4_000_000_000),
            ("1m", 60_000_000_000),
            ("1h", 3_600_000_000_000),
            ("1 ms", 1_000_000),
            ("1.5s", 1_500_000_000),
            ("1m 30s", 90_000_000_000),
            ("0s", 0),
        ] {
            assert_eq!(duration(text), Some(nanoseconds), "{text}");
        }
        for none in ["", "1", "ms", "-1ms", "1ms ago", "PT1S", "00:00:01", "1 fortnight", "10000000h"] {
            assert_eq!(duration(none), None, "{none}");
        }
    }

    #[test]
    fn measure_requires_a_unit_for_sizes() {
        assert_eq!(bytes("0B"), Some(0));
        assert_eq!(bytes("1KiB"), Some(1024));
        assert_eq!(bytes("20 MiB"), Some(20 * 1024 * 1024));
        assert_eq!(bytes("2GiB"), Some(2 * 1024 * 1024 * 1024));
        assert_eq!(bytes("20MB"), Some(20_000_000));
        for none in ["", "20", "MiB", "20mib", "-1B", "1.5MiB", "20  MiB", "18446744073709551615KiB"] {
            assert_eq!(bytes(none), None, "{none}");
        }
    }
}
