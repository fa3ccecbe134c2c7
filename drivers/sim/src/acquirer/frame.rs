//! The frame around a message: LEN, TPDU, HEADER. LEN is a 16-bit binary number and counts what follows it.

/// Longest frame a host of this family takes, without LEN; longer ones are no frames.
pub(crate) const FRAME_MOST: usize = 2048;

/// TPDU, header and the message's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// 60, destination, source.
    pub(crate) tpdu: [u8; 5],
    /// 应用类别, version, 终端状态 and 处理要求, minor version.
    pub(crate) header: [u8; 6],
    /// From the MTI on.
    pub(crate) body: Vec<u8>,
}

impl Frame {
    /// Reads what follows LEN; `None` when it is too short for TPDU and header.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (tpdu, rest) = bytes.split_first_chunk::<5>()?;
        let (header, body) = rest.split_first_chunk::<6>()?;
        Some(Self { tpdu: *tpdu, header: *header, body: body.to_vec() })
    }

    /// The bytes of the wire, LEN included.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let length = u16::try_from(11 + self.body.len()).unwrap_or(u16::MAX);
        [&length.to_be_bytes()[..], &self.tpdu, &self.header, &self.body].concat()
    }

    /// The frame of an answer: destination and source swapped unless told otherwise, 处理要求 as given.
    pub(crate) fn answer(&self, body: Vec<u8>, swap: bool, demand: u8) -> Self {
        let [id, d1, d2, s1, s2] = self.tpdu;
        let tpdu = if swap { [id, s1, s2, d1, d2] } else { self.tpdu };
        let mut header = self.header;
        header[2] = (header[2] & 0xF0) | (demand & 0x0F);
        Self { tpdu, header, body }
    }

    /// 处理要求, the sixth digit of the header.
    pub(crate) fn demand(&self) -> u8 {
        self.header[2] & 0x0F
    }
}
