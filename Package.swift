// swift-tools-version: 6.2
import PackageDescription

// The hot CPU kernels live in one folder that is compiled once per instruction set
// (`Sources/KeratinCPUKernels/`: the other folders are symbolic links to `Baseline`).
// Everything is compiled for the baseline of its architecture except these variants, and
// `KeratinCPU` chooses one of them once at start by asking the processor.
#if arch(x86_64)
    let cpuVariants: [(name: String, march: String, define: String)] = [
        ("AVX2", "x86-64-v3", "KERATIN_AVX2"),
        ("AVX512", "x86-64-v4", "KERATIN_AVX512"),
    ]
#else
    let cpuVariants: [(name: String, march: String, define: String)] = []
#endif

// What the CPU backend computes is optimised in debug builds, too, so that a program trains as fast while it is being written.
// (`-num-threads` makes an object per file, as debug builds expect them.)
let wholeInDebug = ["-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode"]
let kernelCode: SwiftSetting = .unsafeFlags(wholeInDebug, .when(configuration: .debug))
let stepCode: SwiftSetting = .unsafeFlags(
    ["-O"] + wholeInDebug, .when(configuration: .debug))

let cpuVariantTargets: [Target] = cpuVariants.map { variant in
    .target(
        name: "KeratinCPUKernels\(variant.name)",
        dependencies: ["KeratinCPUKernelTable"],
        path: "Sources/KeratinCPUKernels/\(variant.name)",
        swiftSettings: [
            .define(variant.define),
            .unsafeFlags([
                "-Ounchecked", "-Xcc", "-march=\(variant.march)", "-Xcc", "-fno-math-errno",
            ]),
            kernelCode,
        ]
    )
}

// Code that runs once for a model or a file, not for a step: its size counts, and the time that every user waits for it.
let compactCode: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

// One program per folder of `Examples/`; `make test` builds and runs them all.
let examples = [
    "Arrays", "Custom", "CustomLayerAndTrainStep", "DenoisingAutoencoder", "Digits",
    "EfficientNetB0", "GAN", "Generator", "GradientPenaltyGAN", "Houses", "KerasFiles",
    "MobileNetV2", "Moons",
    "PredictionServer", "ResNet50", "Reviews", "SequenceToSequence",
    "SiameseNetwork", "TrainingLoop", "TransferLearning", "TransformerClassifier", "TwoInputs",
    "UNet", "VariationalAutoencoder",
]

// The code of lectures on Keras in Swift: one program per folder of `Examples/Lectures/`.
let lectures = [
    "BuildingNetworks", "KerasOverview", "MoonsAndDropout", "SequentialModels", "TrainTestPredict",
]

/// What lies beside the programs: the same in Python, and data.
let besidePrograms = [
    "Arrays": ["arrays.py"], "Custom": ["custom.py"], "Digits": ["digits.py"],
    "Generator": ["generator.py", "test.csv", "train.csv"], "GradientPenaltyGAN": ["gan.py"],
    "Houses": ["houses.csv", "houses.py"], "KerasFiles": ["keras_files.py"],
    "Moons": ["moons.py"],
    "PredictionServer": ["server.py"], "Reviews": ["reviews.py"],
    "SequenceToSequence": ["translate.py"],
    "SiameseNetwork": ["siamese.py"], "TrainingLoop": ["loop.py"],
    "TransformerClassifier": ["transformer.py"], "TwoInputs": ["two_inputs.py"],
    "VariationalAutoencoder": ["autoencoder.py"],
]

let package = Package(
    name: "Keratin",
    products: [
        .library(name: "Keratin", targets: ["Keratin"]),
        // Apart, because the YAML library needs all of Foundation.
        .library(name: "KeratinYAML", targets: ["KeratinYAML"]),
        .library(name: "KeratinTestKit", targets: ["KeratinTestKit"]),
        .library(name: "KeratinLayerTestKit", targets: ["KeratinLayerTestKit"]),
        .executable(name: "keratin", targets: ["KeratinCLI"]),
        // What the tool asks to read YAML: a program apart, so that the tool starts without all of Foundation.
        .executable(name: "keratin-yaml", targets: ["KeratinYAMLReader"]),
        .executable(name: "keratin-bench", targets: ["KeratinBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
    ],
    targets: [
        // What is computed: shapes, operations, programs, the Backend protocol.
        .target(name: "KeratinCore", swiftSettings: [stepCode]),
        // From operations to plans: tensors, gradients, compilation, execution.
        .target(name: "KeratinTensor", dependencies: ["KeratinCore"]),

        // The pure-Swift CPU backend.
        .target(name: "CKeratinProcessor"),
        .target(name: "KeratinCPUKernelTable"),
        .target(
            name: "KeratinCPUKernelsBaseline",
            dependencies: ["KeratinCPUKernelTable"],
            path: "Sources/KeratinCPUKernels/Baseline",
            swiftSettings: [
                .unsafeFlags(["-Ounchecked", "-Xcc", "-fno-math-errno"]), kernelCode,
            ]
        ),
        .target(
            name: "KeratinCPU",
            dependencies: [
                "KeratinCore", "CKeratinProcessor", "KeratinCPUKernelTable",
                "KeratinCPUKernelsBaseline",
            ] + cpuVariantTargets.map { .byName(name: $0.name) },
            swiftSettings: [stepCode]
        ),

        // The OpenCL backend. The library itself is opened at run time.
        .systemLibrary(name: "COpenCL", providers: [.apt(["opencl-headers"])]),
        .target(name: "CKeratinKernels"),
        .target(
            name: "KeratinOpenCL", dependencies: ["KeratinCore", "COpenCL", "CKeratinKernels"]),

        // Keras's words.
        .target(
            name: "KeratinLayers", dependencies: ["KeratinTensor"], swiftSettings: compactCode),
        .target(name: "KeratinModels", dependencies: ["KeratinLayers"]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        // Headers only: these libraries are opened at run time.
        .systemLibrary(name: "CHDF5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
        // libpng, opened at run time too, whose errors are jumps that only C may make.
        .target(name: "CKeratinPNG"),
        .target(name: "CKeratinDatasets", exclude: ["data"]),
        .target(
            name: "KeratinIO",
            dependencies: [
                "KeratinModels", "CZlib", "CHDF5", "CZip", "CKeratinPNG", "CKeratinDatasets",
            ],
            swiftSettings: compactCode),

        // Nets of pictures by Keras's names, with trained weights.
        .target(
            name: "KeratinApplications", dependencies: ["KeratinIO"], swiftSettings: compactCode),

        .target(
            name: "KeratinYAML",
            dependencies: ["KeratinIO", .product(name: "Yams", package: "Yams")]),

        // All that a user imports.
        .target(name: "CKeratinRegistration"),
        .target(
            name: "Keratin",
            dependencies: [
                "KeratinCore", "KeratinTensor", "KeratinCPU", "KeratinOpenCL", "KeratinLayers",
                "KeratinModels", "KeratinIO", "KeratinApplications", "CKeratinRegistration",
            ]
        ),
        // What the tool and the benchmarks share: the demos, and how they print.
        .target(name: "KeratinTooling", dependencies: ["Keratin"]),
        .executableTarget(
            name: "KeratinCLI",
            dependencies: [
                "Keratin", "KeratinTooling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .executableTarget(name: "KeratinYAMLReader", dependencies: ["KeratinYAML"]),
        .executableTarget(
            name: "KeratinBench",
            dependencies: [
                "Keratin", "KeratinYAML", "KeratinTooling", "KeratinTestKit",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/KeratinBench"
        ),

        // For people who write backends and layers.
        .target(name: "KeratinTestKit", dependencies: ["KeratinTensor"]),
        .target(name: "KeratinLayerTestKit", dependencies: ["KeratinTestKit", "KeratinModels"]),

        .testTarget(name: "KeratinCoreTests", dependencies: ["KeratinCore"]),
        .testTarget(
            name: "KeratinTensorTests",
            dependencies: ["KeratinTensor", "KeratinTestKit", "KeratinCPU"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["KeratinTestKit", "KeratinCPU", "KeratinOpenCL"]),
        .testTarget(
            name: "KeratinCPUTests", dependencies: ["KeratinCPU", "KeratinCPUKernelTable"]),
        .testTarget(name: "KeratinOpenCLTests", dependencies: ["KeratinOpenCL"]),
        .testTarget(
            name: "KeratinLayersTests", dependencies: ["Keratin", "KeratinLayerTestKit"],
            resources: [.copy("Goldens")]),
        .testTarget(
            name: "KeratinModelsTests",
            dependencies: ["Keratin", "KeratinLayerTestKit", "KeratinTestKit", "KeratinTooling"]),
        .testTarget(
            name: "KeratinIOTests", dependencies: ["Keratin", "KeratinTestKit", "KeratinYAML"],
            resources: [.copy("Fixtures")]),
        .testTarget(
            name: "KeratinApplicationsTests",
            dependencies: ["Keratin", "KeratinApplications", "KeratinLayers", "KeratinOpenCL"],
            resources: [.copy("Goldens")]),
        .testTarget(name: "KeratinYAMLTests", dependencies: ["Keratin", "KeratinYAML"]),
        .testTarget(
            name: "KeratinCLITests",
            dependencies: ["KeratinCLI", "KeratinBench", "KeratinYAMLReader", "Keratin"],
            resources: [.copy("Fixtures")]),
    ] + cpuVariantTargets
        + examples.map {
            .executableTarget(
                name: $0,
                dependencies: $0 == "KerasFiles" ? ["Keratin", "KeratinYAML"] : ["Keratin"],
                path: "Examples/\($0)",
                exclude: besidePrograms[$0] ?? [])
        }
        + lectures.map {
            .executableTarget(
                name: $0, dependencies: ["Keratin"], path: "Examples/Lectures/\($0)")
        },
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu2x
)

// What is tested is optimised; the tests themselves run once, and are built sooner as they stand. Those of the CPU backend compute
// every operation a second time, by loops, which are worth a compiler's time.
for target in package.targets where target.type == .test && target.name != "KeratinCPUTests" {
    target.swiftSettings = [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}
