import KeratinCore
import KeratinTensor

/// 32×32 colour pictures of ten kinds of things, 50,000 to train on and 10,000 to test on (Krizhevsky, 2009).
public enum CIFAR10 {
    /// What the labels 0…9 mean.
    public static let classNames = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// x: uint8 [samples, 32, 32, 3], 0…255; y: uint8 [samples, 1], 0…9, as in Keras.
    ///
    /// Files come from `$KERATIN_DATASETS/cifar10`, then `~/.keratin/datasets/cifar10`, then the author's site: the folder
    /// `cifar-10-batches-bin`, or the archive `cifar-10-binary.tar.gz` that it comes in.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load() throws -> (train: Samples, test: Samples) { try files().load() }

    /// The pictures of one file in the binary layout, which may be gzipped: records of a label and 1024 bytes of red, of green and of
    /// blue.
    /// - Throws: `KeratinError` that names the file.
    public static func load(file path: String) throws -> Samples {
        try CIFARFiles.read([path], layout)
    }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { files().isPresent }

    static let layout = CIFARFiles.Layout(labelBytes: 1, labelAt: 0, classes: 10)

    package static func files(roots: [String]? = nil) -> CIFARFiles {
        CIFARFiles(
            name: "cifar10", roots: roots, archive: "cifar-10-binary.tar.gz",
            md5: "c32a1d4ab5d03f1284b67883e8d87530", folder: "cifar-10-batches-bin",
            train: (1...5).map { "data_batch_\($0).bin" }, test: "test_batch.bin", layout: layout)
    }
}

/// 32×32 colour pictures of a hundred kinds of things in twenty groups, 50,000 to train on and 10,000 to test on (Krizhevsky, 2009).
public enum CIFAR100 {
    /// Which labels are loaded.
    public enum LabelMode: Hashable, Sendable, ExpressibleByStringLiteral {
        /// The kind, 0…99.
        case fine
        /// The group, 0…19.
        case coarse
        /// A word that means nothing here, of which whoever uses it tells.
        case unknown(String)

        /// By Keras's name.
        public init(stringLiteral value: String) {
            self = value == "fine" ? .fine : value == "coarse" ? .coarse : .unknown(value)
        }
    }

    /// What the fine labels 0…99 mean.
    public static let classNames = words(
        """
        apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle \
        caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish \
        forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle \
        mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine \
        possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar \
        sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale \
        willow_tree wolf woman worm
        """)

    /// What the coarse labels 0…19 mean.
    public static let coarseClassNames = words(
        """
        aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture \
        insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores \
        medium_mammals non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2
        """)

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }

    /// x: uint8 [samples, 32, 32, 3], 0…255; y: uint8 [samples, 1], 0…99 or 0…19.
    ///
    /// Files come from `$KERATIN_DATASETS/cifar100`, then `~/.keratin/datasets/cifar100`, then the author's site: the folder
    /// `cifar-100-binary`, or the archive `cifar-100-binary.tar.gz` that it comes in.
    /// - Throws: `KeratinError` that says what failed and what to do.
    public static func load(labelMode: LabelMode = .fine) throws -> (train: Samples, test: Samples)
    {
        try files(labelMode).load()
    }

    /// The pictures of one file in the binary layout, which may be gzipped: records of a coarse and a fine label and 1024 bytes of red, of
    /// green and of blue.
    /// - Throws: `KeratinError` that names the file.
    public static func load(file path: String, labelMode: LabelMode = .fine) throws -> Samples {
        try CIFARFiles.read([path], try layout(labelMode))
    }

    /// Whether the files are there without a download.
    public static var isPresent: Bool { (try? files(.fine).isPresent) ?? false }

    private static func layout(_ labelMode: LabelMode) throws -> CIFARFiles.Layout {
        switch labelMode {
        case .coarse: return CIFARFiles.Layout(labelBytes: 2, labelAt: 0, classes: 20)
        case .fine: return CIFARFiles.Layout(labelBytes: 2, labelAt: 1, classes: 100)
        case .unknown(let word):
            throw KeratinError(
                .invalidArgument, "labelMode is fine or coarse, got '\(word)'", at: "CIFAR100")
        }
    }

    package static func files(_ labelMode: LabelMode, roots: [String]? = nil) throws -> CIFARFiles {
        CIFARFiles(
            name: "cifar100", roots: roots, archive: "cifar-100-binary.tar.gz",
            md5: "03b5dce01913d631647c71ecec9e9cb8", folder: "cifar-100-binary",
            train: ["train.bin"], test: "test.bin", layout: try layout(labelMode))
    }
}
