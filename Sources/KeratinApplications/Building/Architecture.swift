import KeratinCore
import KeratinIO
import KeratinLayers
import KeratinModels
import KeratinTensor

/// How a net is made: what is common to all of `keras.applications`, and the parts that differ.
struct Architecture {
    /// The model's name, which may depend on the size of its pictures.
    var name: (PictureExtents) -> String
    /// The side of pictures if nobody says it.
    var defaultSize: Int
    var smallestSize = 32
    /// Sides that the classifier with ImageNet's weights takes besides; empty: the default size only.
    var trainedSizes: [Int] = []
    /// Whether the classifier needs pictures of known extents.
    var classifierNeedsExtents = true
    /// Whether pictures of nobody's wish have the default size without the classifier, too.
    var hasDefaultExtents = false
    /// Whether the layers that pool have names of their own.
    var namesPooling = false
    /// The features of pictures.
    var features: (Tensor, PictureExtents) throws -> Tensor
    /// The classifier's layers, from the features to the classes.
    var classifier: (Tensor, ApplicationArguments) throws -> Tensor = Architecture.pooledClassifier
    /// What follows pooled features of a net without its classifier.
    var afterPooling: (Tensor) -> Tensor = { $0 }
    /// The files of weights that were trained on ImageNet.
    /// - Throws: `KeratinError` where there are none for these arguments.
    var weights: (ApplicationArguments, PictureExtents) throws -> WeightsFile

    init(
        name: String, defaultSize: Int,
        weights: @escaping (ApplicationArguments, PictureExtents) throws -> WeightsFile,
        features: @escaping (Tensor, PictureExtents) throws -> Tensor
    ) {
        self.name = { _ in name }
        self.defaultSize = defaultSize
        self.weights = weights
        self.features = features
    }

    /// The mean over all places, and a dense layer.
    static func pooledClassifier(_ x: Tensor, _ arguments: ApplicationArguments) -> Tensor {
        Dense(
            arguments.classes, activation: arguments.classifierActivation, name: "predictions"
        )(GlobalAveragePooling2D(name: "avg_pool")(x))
    }

    /// The net's inputs, its result and its name.
    func graph(
        _ arguments: ApplicationArguments
    ) throws -> (inputs: [Tensor], output: Tensor, name: String, input: PictureExtents) {
        try check(arguments)
        var picture = try extents(arguments)
        picture.netName = arguments.name ?? name(picture)
        let input = try arguments.inputTensor ?? Input(shape: picture.shape).tensor
        let inputs = try arguments.inputTensor.map(sources) ?? [input]
        var x = try features(input, picture)
        if arguments.includeTop {
            x = try classifier(x, arguments)
        } else {
            switch arguments.pooling {
            case .avg: x = GlobalAveragePooling2D(name: namesPooling ? "avg_pool" : nil)(x)
            case .max: x = GlobalMaxPooling2D(name: namesPooling ? "max_pool" : nil)(x)
            case nil: break
            }
            x = afterPooling(x)
        }
        try x.check()
        return (inputs, x, picture.netName, picture)
    }

    private func check(_ arguments: ApplicationArguments) throws {
        func refuse(_ message: String) throws { throw KeratinError(.invalidArgument, message) }
        if case .file(let path)? = arguments.weights, !FileAccess.exists(path) {
            throw KeratinError(
                .file,
                "there is no such file; weights are nil (first values), .imagenet, or the path of a file",
                at: path)
        }
        if arguments.classes < 1 {
            try refuse("classes must be at least 1, got \(arguments.classes)")
        }
        guard arguments.includeTop else { return }
        if arguments.isImageNet, arguments.classes != 1000 {
            try refuse(
                "ImageNet has 1000 classes, got classes: \(arguments.classes); for other classes leave the classifier away by includeTop: false, or start without weights"
            )
        }
        if arguments.weights != nil, let activation = arguments.classifierActivation,
            !["softmax", "linear"].contains(activation.name)
        {
            try refuse(
                "a classifier with weights has the activation softmax or none, got \(activation.name)"
            )
        }
    }

    /// The extents of the net's pictures, by the rule of `keras.applications`.
    private func extents(_ arguments: ApplicationArguments) throws -> PictureExtents {
        func picture(_ shape: [Int?]) -> PictureExtents {
            PictureExtents(shape: shape, isImageNet: arguments.isImageNet)
        }
        let standard: [Int?] = {
            let given = arguments.inputShape
            let isTrained =
                given?.count == 3 && given?[0] == given?[1]
                && trainedSizes.contains((given?[0] ?? nil) ?? 0)
            let size = isTrained ? given?[0] ?? defaultSize : defaultSize
            let channels = arguments.isImageNet || given?.count != 3 ? 3 : given?[2]
            return [size, size, channels]
        }()
        let isFixed = arguments.includeTop && classifierNeedsExtents
        guard let shape = arguments.inputShape else {
            // What the net stands on is known where it stands on a tensor.
            return picture(isFixed || hasDefaultExtents ? standard : [nil, nil, 3])
        }
        func refuse(_ message: String) throws {
            throw KeratinError(
                .invalidArgument, "\(message), got inputShape: \(describe(shape))")
        }
        guard shape.count == 3 else {
            try refuse("a picture has three extents: rows, columns, channels")
            return picture(standard)
        }
        for extent in shape.dropLast() where extent.map({ $0 < smallestSize }) ?? false {
            try refuse("pictures need at least \(smallestSize) rows and columns")
        }
        if shape[2].map({ $0 < 1 }) ?? true { try refuse("pictures need a number of channels") }
        if arguments.isImageNet, shape[2] != 3 {
            try refuse("with weights of ImageNet pictures have 3 channels")
        }
        if isFixed {
            if arguments.isImageNet, shape != standard {
                try refuse(
                    "the classifier with weights of ImageNet takes pictures of \(describe(standard))"
                )
            }
            if shape.contains(nil) {
                try refuse("with the classifier the extents of pictures must be known")
            }
        }
        return picture(shape)
    }

    /// The inputs that a symbolic tensor follows from.
    private func sources(_ tensor: Tensor) throws -> [Tensor] {
        try tensor.check()
        guard let end = tensor.graph else {
            throw KeratinError(
                .invalidArgument,
                "inputTensor is no tensor of a graph: it must be an Input, or come from one through layers"
            )
        }
        var (found, seen): ([Tensor], Set<ObjectIdentifier>) = ([], [])
        var waiting = [end.node]
        while let node = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
            if node.isInput { found += node.outputs }
            waiting += node.parents.reversed()
        }
        return found
    }

    /// The path of the weights that the arguments ask for, downloaded if need be; nil: none.
    func weightsPath(_ arguments: ApplicationArguments, _ input: PictureExtents) throws -> String? {
        switch arguments.weights {
        case nil: nil
        case .file(let path): path
        case .imagenet: try weights(arguments, input).path()
        }
    }
}

/// The extents of the pictures that a net is made for.
struct PictureExtents {
    /// Rows, columns and channels; nil for what varies.
    let shape: [Int?]
    /// Whether the net gets the weights that were trained on ImageNet.
    let isImageNet: Bool
    /// What the model is called.
    var netName = ""

    var rows: Int? { shape[0] }
    var columns: Int? { shape[1] }
    var channels: Int? { shape[2] }

    /// The size by which names tell the nets of a family apart: the rows, or with weights of ImageNet a size that there are weights for.
    func namedSize(_ trained: [Int]) -> String {
        guard !isImageNet || rows == columns && trained.contains(rows ?? 0) else { return "224" }
        return rows.map { "\($0)" } ?? "None"
    }
}
