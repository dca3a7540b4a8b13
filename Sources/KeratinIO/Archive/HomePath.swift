import KeratinCore

extension UserFolders {
    /// A path whose first part may be `~`, the home folder. Names that only begin with a tilde (`~name`) are left as they are.
    /// - Throws: `KeratinError` (`file`) if there is no home folder to put there.
    package static func expanded(_ path: String) throws -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        guard let home else {
            throw KeratinError(
                .file, "there is no home folder that ~ could stand for: HOME is not set", at: path)
        }
        return home + path.dropFirst()
    }
}
