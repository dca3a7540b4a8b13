import CHDF5
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lets libhdf5 read a file that is a part of another one, where it lies: a driver of ours, which it asks for bytes.
///
/// (Its own drivers begin at the start of a file. Reading the part into memory first would need that memory once more.)
enum HDF5PartDriver {
    /// An open part, as the library sees it. Its own record comes first.
    private struct OpenPart {
        var record = H5FD_t()
        var descriptor: Int32
        var start: Int
        var size: haddr_t
        /// How far the library has said that it will read.
        var end: haddr_t = 0
    }

    /// The driver's number in the library; made once, and never again if that failed.
    private static let number = Locked<hid_t?>(nil)

    /// Makes a list of properties with which `openFile` opens the part of `name(part)`.
    /// - Returns: false if the library that runs is of another version than the one that this was compiled for, whose drivers are
    ///   described otherwise.
    static func use(_ library: HDF5Functions, _ access: hid_t) throws -> Bool {
        var version: (UInt32, UInt32, UInt32) = (0, 0, 0)
        _ = try library.check(
            library.version(&version.0, &version.1, &version.2), "asking for the version")
        guard version.0 == UInt32(H5_VERS_MAJOR), version.1 == UInt32(H5_VERS_MINOR) else {
            return false
        }
        let driver = try number.withLock { number -> hid_t in
            if let number { return number }
            let new = try library.check(library.registerDriver(description), "making a driver")
            number = new
            return new
        }
        _ = try library.check(library.setDriver(access, driver, nil), "opening")
        return true
    }

    /// What stands for the name of a file.
    static func name(_ part: FilePart) -> String {
        "\(part.descriptor) \(part.range.lowerBound) \(part.range.count)"
    }

    private static func opened(_ file: UnsafePointer<H5FD_t>?) -> UnsafeMutablePointer<OpenPart>? {
        file.map {
            UnsafeMutableRawPointer(mutating: $0).assumingMemoryBound(to: OpenPart.self)
        }
    }

    private static func open(_ name: String, _ flags: UInt32) -> UnsafeMutablePointer<H5FD_t>? {
        let numbers = name.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 3, flags == HDF5Functions.readOnly,
            let descriptor = Int32(exactly: numbers[0]), numbers[1] >= 0, numbers[2] >= 0
        else { return nil }
        let part = UnsafeMutablePointer<OpenPart>.allocate(capacity: 1)
        part.initialize(
            to: OpenPart(descriptor: descriptor, start: numbers[1], size: haddr_t(numbers[2])))
        return UnsafeMutableRawPointer(part).assumingMemoryBound(to: H5FD_t.self)
    }

    private static func read(
        _ part: OpenPart, _ address: haddr_t, _ buffer: UnsafeMutableRawBufferPointer
    ) -> herr_t {
        let place = min(address, part.size)
        let wanted = min(buffer.count, Int(part.size - place))
        let count = FilePart.read(
            part.descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]),
            part.start + Int(place))
        guard count >= 0 else { return -1 }
        // Behind the end there are zeros, as the library's own drivers say.
        for index in count..<buffer.count { buffer[index] = 0 }
        return 0
    }

    /// The description, which stays as long as the library may ask for it.
    private static var description: UnsafePointer<H5FD_class_t> {
        var driver = H5FD_class_t()
        driver.name = UnsafePointer(strdup("keratin part"))
        driver.maxaddr = haddr_t(Int64.max)
        driver.fc_degree = H5F_CLOSE_WEAK
        driver.open = { name, flags, _, _ in
            name.flatMap { HDF5PartDriver.open(String(cString: $0), flags) }
        }
        driver.close = { file in
            HDF5PartDriver.opened(file)?.deallocate()
            return 0
        }
        driver.query = { _, flags in
            // What is small is read together.
            flags?.pointee = UInt(H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE)
            return 0
        }
        driver.get_eoa = { file, _ in HDF5PartDriver.opened(file)?.pointee.end ?? 0 }
        driver.set_eoa = { file, _, end in
            guard let part = HDF5PartDriver.opened(file) else { return -1 }
            part.pointee.end = end
            return 0
        }
        driver.get_eof = { file, _ in HDF5PartDriver.opened(file)?.pointee.size ?? 0 }
        driver.read = { file, _, _, address, size, buffer in
            guard let part = HDF5PartDriver.opened(file), let buffer, size >= 0 else { return -1 }
            return HDF5PartDriver.read(
                part.pointee, address, UnsafeMutableRawBufferPointer(start: buffer, count: size))
        }
        driver.write = { _, _, _, _, _, _ in -1 }
        let place = UnsafeMutablePointer<H5FD_class_t>.allocate(capacity: 1)
        place.initialize(to: driver)
        return UnsafePointer(place)
    }
}
