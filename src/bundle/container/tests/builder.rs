//! Writes zips that can lie in any field: a plain archive, then bytes put over the headers.

/// One member, as it is written.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    /// The bytes between the headers, in whatever method.
    pub(super) data: Vec<u8>,
    pub(super) uncompressed: u32,
    pub(super) crc32: u32,
    pub(super) method: u16,
    pub(super) flags: u16,
    pub(super) external: u32,
    pub(super) local_extra: Vec<u8>,
    pub(super) central_extra: Vec<u8>,
    pub(super) comment: Vec<u8>,
    /// Bytes before the local header that belong to nothing.
    pub(super) before: Vec<u8>,
    /// What follows the data.
    pub(super) descriptor: Vec<u8>,
    /// Written over the local header, from these places on.
    pub(super) local: Vec<(usize, Vec<u8>)>,
    /// Written over the central header.
    pub(super) central: Vec<(usize, Vec<u8>)>,
    /// Nothing but a central header, which points to the member with this number.
    pub(super) shares: Option<usize>,
}

pub(super) fn stored(name: &str, content: &[u8]) -> Member {
    Member {
        name: name.as_bytes().to_vec(),
        data: content.to_vec(),
        uncompressed: u32::try_from(content.len()).unwrap(),
        crc32: crc32(content),
        method: 0,
        flags: 0,
        external: 0o100_644 << 16,
        local_extra: Vec::new(),
        central_extra: Vec::new(),
        comment: Vec::new(),
        before: Vec::new(),
        descriptor: Vec::new(),
        local: Vec::new(),
        central: Vec::new(),
        shares: None,
    }
}

/// A deflated member, its content in one stored block: fixed bytes, whatever the encoder.
pub(super) fn deflated(name: &str, content: &[u8]) -> Member {
    let length = u16::try_from(content.len()).unwrap();
    let mut member = stored(name, content);
    member.method = 8;
    member.data = vec![1];
    member.data.extend(length.to_le_bytes());
    member.data.extend((!length).to_le_bytes());
    member.data.extend(content);
    member
}

impl Member {
    pub(super) fn with(mut self, change: impl FnOnce(&mut Member)) -> Member {
        change(&mut self);
        self
    }

    /// Puts bytes over the local header.
    pub(super) fn local(self, at: usize, bytes: &[u8]) -> Member {
        self.with(|m| m.local.push((at, bytes.to_vec())))
    }

    /// Puts bytes over the central header.
    pub(super) fn central(self, at: usize, bytes: &[u8]) -> Member {
        self.with(|m| m.central.push((at, bytes.to_vec())))
    }

    /// Puts the same bytes over both headers; `at` counts in the local one.
    pub(super) fn both(self, at: usize, bytes: &[u8]) -> Member {
        self.local(at, bytes).central(at + 2, bytes)
    }

    /// Moves sizes and CRC-32 into a data descriptor.
    pub(super) fn streamed(self, with_signature: bool, is_large: bool) -> Member {
        self.with(|m| {
            m.flags |= 8;
            m.local.push((14, vec![0; 12]));
            if with_signature {
                m.descriptor.extend(b"PK\x07\x08");
            }
            m.descriptor.extend(m.crc32.to_le_bytes());
            for size in [u32::try_from(m.data.len()).unwrap(), m.uncompressed] {
                m.descriptor.extend(size.to_le_bytes());
                m.descriptor.extend(vec![0; if is_large { 4 } else { 0 }]);
            }
        })
    }

    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        fields.extend(20u16.to_le_bytes());
        fields.extend(self.flags.to_le_bytes());
        fields.extend(self.method.to_le_bytes());
        fields.extend([0x21, 0x43, 0x65, 0x58]);
        fields.extend(self.crc32.to_le_bytes());
        fields.extend(u32::try_from(self.data.len()).unwrap().to_le_bytes());
        fields.extend(self.uncompressed.to_le_bytes());
        fields.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        fields
    }

    fn local_bytes(&self) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.fields());
        bytes.extend(u16::try_from(self.local_extra.len()).unwrap().to_le_bytes());
        bytes.extend(&self.name);
        bytes.extend(&self.local_extra);
        put(&mut bytes, &self.local);
        bytes.extend(&self.data);
        bytes.extend(&self.descriptor);
        bytes
    }

    fn central_bytes(&self, offset: u32) -> Vec<u8> {
        let mut bytes = b"PK\x01\x02\x14\x03".to_vec();
        bytes.extend(self.fields());
        bytes.extend(u16::try_from(self.central_extra.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(self.comment.len()).unwrap().to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.external.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.extend(&self.name);
        bytes.extend(&self.central_extra);
        bytes.extend(&self.comment);
        put(&mut bytes, &self.central);
        bytes
    }
}

fn put(bytes: &mut [u8], patches: &[(usize, Vec<u8>)]) {
    for (at, patch) in patches {
        bytes[*at..at + patch.len()].copy_from_slice(patch);
    }
}

/// The archive, and where its central directory and its end record start.
pub(super) struct Archive {
    pub(super) bytes: Vec<u8>,
    pub(super) central: usize,
    pub(super) end: usize,
}

pub(super) fn archive(members: &[Member]) -> Archive {
    let mut bytes = Vec::new();
    let mut offsets = Vec::new();
    for member in members {
        if let Some(other) = member.shares {
            offsets.push(offsets[other]);
            continue;
        }
        bytes.extend(&member.before);
        offsets.push(u32::try_from(bytes.len()).unwrap());
        bytes.extend(member.local_bytes());
    }
    let central = bytes.len();
    for (member, offset) in members.iter().zip(offsets) {
        bytes.extend(member.central_bytes(offset));
    }
    let end = bytes.len();
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend(u32::try_from(end - central).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(central).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    Archive { bytes, central, end }
}

impl Archive {
    /// Puts bytes over the end record.
    pub(super) fn end_field(mut self, at: usize, patch: &[u8]) -> Archive {
        put(&mut self.bytes, &[(self.end + at, patch.to_vec())]);
        self
    }

    /// Puts a zip64 end record and its locator before the end record, whose own numbers become sentinels.
    pub(super) fn with_zip64_end(self) -> Archive {
        let (count, size) = (u64::from(self.bytes[self.end + 10]), (self.end - self.central) as u64);
        let mut record = b"PK\x06\x06".to_vec();
        record.extend(44u64.to_le_bytes());
        record.extend([45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [count, count, size, self.central as u64] {
            record.extend(number.to_le_bytes());
        }
        record.extend(b"PK\x06\x07\0\0\0\0");
        record.extend((self.end as u64).to_le_bytes());
        record.extend(1u32.to_le_bytes());
        let mut archive = self.end_field(8, &[0xff; 12]);
        let end = archive.end;
        archive.bytes.splice(end..end, record);
        archive.end += 76;
        archive
    }
}

/// CRC-32 as zip has it, bit by bit.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}
