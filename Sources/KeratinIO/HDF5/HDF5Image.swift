import CHDF5
import KeratinCore

extension HDF5Functions {
    /// Lets a file be read from bytes in memory, where they are: the library's own way makes three copies of them.
    ///
    /// The bytes must stay until the file and its properties are closed, and the file may only be read.
    func useImage(_ image: UnsafeRawBufferPointer, _ access: hid_t) throws {
        // What the library would write to is only ever read from a file that is opened for reading.
        let base = UnsafeMutableRawPointer(mutating: image.baseAddress)
        // The library asks for memory, copies the image to it and frees it: it is given the image itself each time.
        var callbacks = H5FD_file_image_callbacks_t(
            image_malloc: { _, _, image in image }, image_memcpy: { target, _, _, _, _ in target },
            image_realloc: { _, _, _, _ in nil }, image_free: { _, _, _ in 0 },
            udata_copy: { $0 }, udata_free: { _ in 0 }, udata: base)
        _ = try check(setImageCallbacks(access, &callbacks), "opening")
        _ = try check(setImage(access, base, image.count), "opening")
    }
}
