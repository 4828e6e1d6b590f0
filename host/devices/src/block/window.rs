//! Memory that direct reading and writing can use: a window inside an ordinary `Vec` that begins at
//! a multiple of the alignment.

/// Bytes in aligned memory.
pub(crate) struct Window {
    buffer: Vec<u8>,
    start: usize,
    length: usize,
}

impl Window {
    /// Zeroes. `alignment` is a power of two; nothing where there is no such place.
    pub(crate) fn new(length: usize, alignment: usize) -> Option<Self> {
        let buffer = vec![0_u8; length.checked_add(alignment)?];
        if !alignment.is_power_of_two() {
            return None;
        }
        // The buffer is never moved to other memory: it does not grow.
        let start = buffer.as_ptr().align_offset(alignment);
        (start <= alignment).then_some(Self { buffer, start, length })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        let end = self.start.saturating_add(self.length);
        self.buffer.get(self.start..end).unwrap_or_default()
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let end = self.start.saturating_add(self.length);
        self.buffer.get_mut(self.start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_cannot_be_is_none() {
        assert!(Window::new(512, 0).is_none());
        assert!(Window::new(512, 3).is_none());
        assert!(Window::new(usize::MAX, 512).is_none());
    }

    #[test]
    fn every_window_is_aligned_and_as_long_as_it_should_be() {
        for length in [1, 512, 513, 65_536] {
            for alignment in [1, 512, 4096] {
                let mut window = Window::new(length, alignment).unwrap();
                assert_eq!(window.bytes().as_ptr().align_offset(alignment), 0);
                assert_eq!((window.bytes().len(), window.bytes_mut().len()), (length, length));
            }
        }
    }
}
