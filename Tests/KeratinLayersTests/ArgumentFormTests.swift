import Keratin
import KeratinTestKit
import Testing

/// Arguments that are a number or several: written out, and as variables.
@Suite("Numbers and lists as arguments")
struct ArgumentFormTests {
    @Test("Extents") func extents() throws {
        let (size, sizes) = (3, [3, 5])
        #expect(try Conv2D(2, kernelSize: size).getConfig()["kernel_size"] == [3, 3])
        #expect(try Conv2D(2, kernelSize: sizes).getConfig()["kernel_size"] == [3, 5])
        #expect(try Conv2D(2, kernelSize: 1, strides: [2, 1]).getConfig()["strides"] == [2, 1])
        #expect(try MaxPooling2D(poolSize: size).getConfig()["strides"] == [3, 3])
        #expect(
            try Conv1DTranspose(2, kernelSize: 3, strides: 2, outputPadding: 1)
                .getConfig()["output_padding"] == [1])
        #expect(try UpSampling3D(size: [1, 2, 3]).getConfig()["size"] == [1, 2, 3])
    }

    @Test("A number for an axis stays a number, a list a list") func axes() throws {
        let (axis, axes) = (1, [1, -1])
        #expect(try LayerNormalization().getConfig()["axis"] == -1)
        #expect(try LayerNormalization(axis: axis).getConfig()["axis"] == 1)
        #expect(try LayerNormalization(axis: axes).getConfig()["axis"] == [1, -1])
        #expect(try UnitNormalization(axis: [axis]).getConfig()["axis"] == [1])
        #expect(try Softmax(axis: axes).getConfig()["axis"] == [1, -1])
    }

    @Test("Numbers", arguments: Backends.names) func numbers(_ backend: String) throws {
        try withBackend(BackendChoice(backend)) { () throws in
            let x = Tensor([1, 2, 3, 4], shape: [2, 2])
            let scales = [0.5, 2]
            #expect(try Rescaling(scales)(x).floats() == [0.5, 4, 1.5, 8])
            #expect(try Rescaling([1, 3], offset: 0.5)(x).floats() == [1.5, 6.5, 3.5, 12.5])
            #expect(try Rescaling(2, offset: scales)(x).floats() == [2.5, 6, 6.5, 10])
            let matrix = NDArray([1, 10, 100, 1000], shape: [2, 2])
            #expect(try Rescaling(matrix)(x).floats() == [1, 20, 300, 4000])
            let normalization = Normalization(mean: [1, 2], variance: [4.0, 16])
            #expect(try normalization(x).floats() == [0, 0, 1, 0.5])
        }
        #expect(try Rescaling([1, 3]).getConfig()["scale"] == [1.0, 3.0])
        #expect(try Rescaling(3).getConfig()["scale"] == 3.0)
    }
}
