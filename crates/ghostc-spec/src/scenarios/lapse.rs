//! Lengths of time as scenario files write them: `300ms`, `2s`, `1.8t`, and bounds such as `1t..1.8t`.

use ghostc_syntax::script::{Gap, Lapse};

/// What a length of time looks like, for messages.
pub(super) const LAPSE: &str = "a length of time such as `300ms`, `2s` or `1.5t`";
/// What bounds look like, for messages.
pub(super) const GAP: &str = "bounds such as `1t..1.8t`, `2t..` or `..3t`";

/// Reads a length of time.
pub(super) fn lapse(text: &str) -> Option<Lapse> {
    let text = text.trim();
    if let Some(digits) = text.strip_suffix("ms") {
        return digits.parse().ok().map(Lapse::Fixed);
    }
    if let Some(digits) = text.strip_suffix('s') {
        return thousandths(digits).map(Lapse::Fixed);
    }
    thousandths(text.strip_suffix('t')?).map(Lapse::Elastic)
}

/// A number with at most three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(decimals) || decimals.len() > 3 {
        return None;
    }
    let part: u64 = format!("{decimals:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(part)
}

/// Reads bounds.
pub(super) fn gap(text: &str) -> Option<Gap> {
    let (least, most) = text.trim().split_once("..")?;
    let bound = |text: &str| match text {
        "" => Some(None),
        text => lapse(text).map(Some),
    };
    let gap = Gap {
        least: bound(least)?,
        most: bound(most)?,
    };
    let is_empty = gap.least.is_none() && gap.most.is_none();
    let is_turned = match (gap.least, gap.most) {
        (Some(Lapse::Fixed(least)), Some(Lapse::Fixed(most)))
        | (Some(Lapse::Elastic(least)), Some(Lapse::Elastic(most))) => least > most,
        _ => false,
    };
    Some(gap).filter(|_| !is_empty && !is_turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        assert_eq!(lapse("300ms"), Some(Lapse::Fixed(300)));
        assert_eq!(lapse("2s"), Some(Lapse::Fixed(2000)));
        assert_eq!(lapse("1.5s"), Some(Lapse::Fixed(1500)));
        assert_eq!(lapse("1.8t"), Some(Lapse::Elastic(1800)));
        assert_eq!(lapse("30t"), Some(Lapse::Elastic(30_000)));
        for wrong in [
            "", "3", "t", "1.5ms", "-1t", "1.t", ".5t", "1.2345t", "1 h", "5m", "9e9s",
        ] {
            assert_eq!(lapse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bounds_have_one_end_or_both() {
        let (one, two) = (Some(Lapse::Elastic(1000)), Some(Lapse::Elastic(2500)));
        let read = |text: &str| gap(text).map(|gap| (gap.least, gap.most));
        assert_eq!(read("1t..2.5t"), Some((one, two)));
        assert_eq!(read("1t.."), Some((one, None)));
        assert_eq!(read("..2.5t"), Some((None, two)));
        for wrong in ["", "..", "1t", "2.5t..1t", "1t..2"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
