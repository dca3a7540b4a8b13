import CHDF5
import KeratinCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The entry points of libhdf5 that are used, found at run time.
///
/// The library is opened with `dlopen`, never linked: it brings 36 other libraries and 8 ms, and a program that
/// reads no HDF5 file needs none of it.
struct HDF5Functions: @unchecked Sendable {
    // The function pointers are immutable and the library stays open for the life of the process.
    typealias Close = @convention(c) (hid_t) -> herr_t
    typealias Query = @convention(c) (hid_t) -> hid_t

    let open: @convention(c) () -> herr_t
    let version:
        @convention(c) (
            UnsafeMutablePointer<UInt32>?, UnsafeMutablePointer<UInt32>?,
            UnsafeMutablePointer<UInt32>?
        ) -> herr_t
    let registerDriver: @convention(c) (UnsafePointer<H5FD_class_t>?) -> hid_t
    let setDriver: @convention(c) (hid_t, hid_t, UnsafeRawPointer?) -> herr_t
    let setErrorPrinting:
        @convention(c) (hid_t, UnsafeRawPointer?, UnsafeMutableRawPointer?) -> herr_t
    let walkErrors:
        @convention(c) (hid_t, H5E_direction_t, H5E_walk2_t?, UnsafeMutableRawPointer?) -> herr_t
    let createProperties: Query
    let closeProperties: Close
    let useMemory: @convention(c) (hid_t, Int, UInt32) -> herr_t
    let setImage: @convention(c) (hid_t, UnsafeMutableRawPointer?, Int) -> herr_t
    let setImageCallbacks:
        @convention(c) (hid_t, UnsafeMutablePointer<H5FD_file_image_callbacks_t>?) -> herr_t
    let trackTimes: @convention(c) (hid_t, UInt32) -> herr_t
    let layout: @convention(c) (hid_t) -> H5D_layout_t
    let externalCount: @convention(c) (hid_t) -> Int32
    let openFile: @convention(c) (UnsafePointer<CChar>?, UInt32, hid_t) -> hid_t
    let createFile: @convention(c) (UnsafePointer<CChar>?, UInt32, hid_t, hid_t) -> hid_t
    let flush: @convention(c) (hid_t, H5F_scope_t) -> herr_t
    let image: @convention(c) (hid_t, UnsafeMutableRawPointer?, Int) -> Int
    let closeFile: Close
    let groupInfo: @convention(c) (hid_t, UnsafeMutablePointer<H5G_info_t>?) -> herr_t
    let createGroup: @convention(c) (hid_t, UnsafePointer<CChar>?, hid_t, hid_t, hid_t) -> hid_t
    let linkName:
        @convention(c) (
            hid_t, UnsafePointer<CChar>?, H5_index_t, H5_iter_order_t, hsize_t,
            UnsafeMutablePointer<CChar>?, Int, hid_t
        ) -> Int
    let linkInfo:
        @convention(c) (
            hid_t, UnsafePointer<CChar>?, UnsafeMutablePointer<H5L_info_t>?, hid_t
        ) -> herr_t
    let openObject: @convention(c) (hid_t, UnsafePointer<CChar>?, hid_t) -> hid_t
    let closeObject: Close
    let objectType: @convention(c) (hid_t) -> H5I_type_t
    let datasetType: Query
    let datasetSpace: Query
    let datasetProperties: Query
    let storageSize: @convention(c) (hid_t) -> hsize_t
    let read: @convention(c) (hid_t, hid_t, hid_t, hid_t, hid_t, UnsafeMutableRawPointer?) -> herr_t
    let createDataset:
        @convention(c) (hid_t, UnsafePointer<CChar>?, hid_t, hid_t, hid_t, hid_t, hid_t) -> hid_t
    let write: @convention(c) (hid_t, hid_t, hid_t, hid_t, hid_t, UnsafeRawPointer?) -> herr_t
    let createSpace: @convention(c) (H5S_class_t) -> hid_t
    let createSimpleSpace:
        @convention(c) (Int32, UnsafePointer<hsize_t>?, UnsafePointer<hsize_t>?) -> hid_t
    let spaceRank: @convention(c) (hid_t) -> Int32
    let spaceExtents:
        @convention(c) (
            hid_t, UnsafeMutablePointer<hsize_t>?, UnsafeMutablePointer<hsize_t>?
        ) -> Int32
    let spaceClass: @convention(c) (hid_t) -> H5S_class_t
    let closeSpace: Close
    let typeClass: @convention(c) (hid_t) -> H5T_class_t
    let typeSize: @convention(c) (hid_t) -> Int
    let typeSign: @convention(c) (hid_t) -> H5T_sign_t
    let exponentBias: @convention(c) (hid_t) -> Int
    let isVariableString: @convention(c) (hid_t) -> Int32
    let copyType: Query
    let setTypeSize: @convention(c) (hid_t, Int) -> herr_t
    let setTypeOrder: @convention(c) (hid_t, H5T_order_t) -> herr_t
    let setCharacterSet: @convention(c) (hid_t, H5T_cset_t) -> herr_t
    let closeType: Close
    let attributeCount: @convention(c) (hid_t) -> Int32
    let openAttribute: @convention(c) (hid_t, UInt32) -> hid_t
    let attributeName: @convention(c) (hid_t, Int, UnsafeMutablePointer<CChar>?) -> Int
    let attributeType: Query
    let attributeSpace: Query
    let readAttribute: @convention(c) (hid_t, hid_t, UnsafeMutableRawPointer?) -> herr_t
    let createAttribute:
        @convention(c) (hid_t, UnsafePointer<CChar>?, hid_t, hid_t, hid_t, hid_t) -> hid_t
    let writeAttribute: @convention(c) (hid_t, hid_t, UnsafeRawPointer?) -> herr_t
    let closeAttribute: Close
    let reclaim: @convention(c) (hid_t, hid_t, hid_t, UnsafeMutableRawPointer?) -> herr_t

    /// Identifiers of predefined types and property classes, by the names of the library's variables.
    let constants: [String: hid_t]

    // H5F_ACC_RDONLY and H5F_ACC_TRUNC, which are macros.
    static let readOnly: UInt32 = 0
    static let truncate: UInt32 = 2

    private static let constantNames =
        ["H5P_CLS_FILE_ACCESS_ID_g", "H5P_CLS_DATASET_CREATE_ID_g", "H5T_C_S1_g"]
        + ["H5T_IEEE_F32LE_g", "H5T_IEEE_F64LE_g"]
        + [8, 16, 32, 64].flatMap { ["H5T_STD_I\($0)LE_g", "H5T_STD_U\($0)LE_g"] }

    /// Opens the library.
    /// - Throws: `KeratinError` if it is not installed.
    static func load() throws -> HDF5Functions {
        let names = ["libhdf5_serial.so.103", "libhdf5_serial.so", "libhdf5.so.103", "libhdf5.so"]
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_LAZY | RTLD_LOCAL) }).first
        else {
            throw KeratinError(
                .file, "the HDF5 library is not installed (Debian: apt-get install libhdf5-dev)")
        }
        func find<Function>(_ name: String) throws -> Function {
            guard let symbol = dlsym(library, name) else {
                throw KeratinError(.file, "the installed HDF5 library has no \(name)")
            }
            return unsafeBitCast(symbol, to: Function.self)
        }
        let open: @convention(c) () -> herr_t = try find("H5open")
        guard open() >= 0 else {
            throw KeratinError(.file, "the installed HDF5 library does not start")
        }
        // A file may name a filter; no library is loaded for it.
        let setPlugins: @convention(c) (UInt32) -> herr_t = try find("H5PLset_loading_state")
        _ = setPlugins(0)
        // The variables have values once the library is open.
        var constants: [String: hid_t] = [:]
        for name in constantNames {
            let pointer: UnsafePointer<hid_t> = try find(name)
            constants[name] = pointer.pointee
        }
        return try HDF5Functions(
            open: open, version: find("H5get_libversion"),
            registerDriver: find("H5FDregister"), setDriver: find("H5Pset_driver"),
            setErrorPrinting: find("H5Eset_auto2"), walkErrors: find("H5Ewalk2"),
            createProperties: find("H5Pcreate"), closeProperties: find("H5Pclose"),
            useMemory: find("H5Pset_fapl_core"), setImage: find("H5Pset_file_image"),
            setImageCallbacks: find("H5Pset_file_image_callbacks"),
            trackTimes: find("H5Pset_obj_track_times"), layout: find("H5Pget_layout"),
            externalCount: find("H5Pget_external_count"), openFile: find("H5Fopen"),
            createFile: find("H5Fcreate"), flush: find("H5Fflush"),
            image: find("H5Fget_file_image"), closeFile: find("H5Fclose"),
            groupInfo: find("H5Gget_info"), createGroup: find("H5Gcreate2"),
            linkName: find("H5Lget_name_by_idx"), linkInfo: find("H5Lget_info"),
            openObject: find("H5Oopen"), closeObject: find("H5Oclose"),
            objectType: find("H5Iget_type"), datasetType: find("H5Dget_type"),
            datasetSpace: find("H5Dget_space"), datasetProperties: find("H5Dget_create_plist"),
            storageSize: find("H5Dget_storage_size"), read: find("H5Dread"),
            createDataset: find("H5Dcreate2"), write: find("H5Dwrite"),
            createSpace: find("H5Screate"), createSimpleSpace: find("H5Screate_simple"),
            spaceRank: find("H5Sget_simple_extent_ndims"),
            spaceExtents: find("H5Sget_simple_extent_dims"),
            spaceClass: find("H5Sget_simple_extent_type"), closeSpace: find("H5Sclose"),
            typeClass: find("H5Tget_class"), typeSize: find("H5Tget_size"),
            typeSign: find("H5Tget_sign"), exponentBias: find("H5Tget_ebias"),
            isVariableString: find("H5Tis_variable_str"),
            copyType: find("H5Tcopy"), setTypeSize: find("H5Tset_size"),
            setTypeOrder: find("H5Tset_order"), setCharacterSet: find("H5Tset_cset"),
            closeType: find("H5Tclose"), attributeCount: find("H5Aget_num_attrs"),
            openAttribute: find("H5Aopen_idx"), attributeName: find("H5Aget_name"),
            attributeType: find("H5Aget_type"), attributeSpace: find("H5Aget_space"),
            readAttribute: find("H5Aread"), createAttribute: find("H5Acreate2"),
            writeAttribute: find("H5Awrite"), closeAttribute: find("H5Aclose"),
            reclaim: find("H5Dvlen_reclaim"), constants: constants)
    }
}
