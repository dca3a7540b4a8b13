import Keratin
import KeratinIO
import KeratinTooling

/// Where a demo's pictures go: `FOLDER/DEMO-history.svg`, `FOLDER/DEMO-samples.png`, …
struct DemoPictures {
    private let folder: String
    private let name: String

    /// - Throws: `KeratinError` if nothing can be written there; that must not cost the training.
    init(folder: String, _ demo: Demo) throws {
        self.folder = folder
        name = demo.name
        try FileAccess.requireWritable(path("history", of: nil, ".svg"))
    }

    /// Writes the pictures of each run; those of several backends have the backends' names.
    func write(_ runs: [DemoRun]) throws {
        for run in runs {
            let backend = runs.count > 1 ? run.backend : nil
            for (what, picture) in run.pictures.sorted(by: { $0.key < $1.key }) {
                let path: String
                switch picture {
                case .drawing(let svg):
                    path = self.path(what, of: backend, ".svg")
                    try FileAccess.write(Array(svg.utf8), to: path)
                case .photos(let images, let columns):
                    path = self.path(what, of: backend, ".png")
                    try saveImageGrid(images * 255, path, columns: columns, scale: false)
                }
                print("written: \(path)")
            }
        }
    }

    private func path(_ what: String, of backend: String?, _ ending: String) -> String {
        let end = folder.hasSuffix("/") ? "" : "/"
        return folder + end + ([name, what] + [backend].compactMap { $0 }).joined(separator: "-")
            + ending
    }
}
