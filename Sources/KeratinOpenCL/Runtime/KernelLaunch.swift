import KeratinCore

/// One value of a kernel's parameter list.
enum KernelArgument {
    /// A buffer and an offset, which kernels take in elements of `elementSize` bytes.
    case buffer(BufferSlice, elementSize: Int)
    /// A buffer alone.
    case memory(any DeviceBuffer)
    /// Consecutive 32-bit integers: an int or an int8.
    case ints([Int])
    /// A struct of 32-bit integers, with its name.
    case structure(String, [Int])
    case float(Float)
}

extension KernelArgument {
    /// The buffer that must live as long as the launch.
    var usedBuffer: (any DeviceBuffer)? {
        switch self {
        case .buffer(let slice, _): slice.buffer
        case .memory(let buffer): buffer
        case .ints, .structure, .float: nil
        }
    }
}

/// A kernel with its geometry and arguments: what one `clEnqueueNDRangeKernel` needs.
struct KernelLaunch {
    var program: KernelProgram
    var kernel: String
    var arguments: [KernelArgument]
    var global: [Int]
    var local: [Int]
    /// Whether the work-items of a group know it: they meet in barriers, share local memory, or ask for their place in it. The others
    /// know nothing but their place among all, and may be grouped in any way.
    var isCooperative = true
    /// Whether its work-items fill their registers: it is not joined with others, which would have as few work-items at a time.
    var keepsManySums = false
    /// What it reads and writes, and what its operation asks; nil for what no operation asked for.
    var access: LaunchAccess? = nil
    var size: OperationCost? = nil
    /// What the operation asks at least, for profiles; nil for helpers.
    var cost: OperationCost? = nil
    /// What errors say besides the kernel's name.
    var description: String? = nil
}

/// The text that a kernel is compiled from.
enum KernelProgram: Hashable {
    /// Files of `Kernels/`, joined, with build options.
    case files(String, [String], options: String)
    /// One generated kernel; a plan's generated kernels are compiled together.
    case generated(text: String)
    /// One generated kernel that calls those named, of `parts`; a plan's are compiled together.
    case joined(calls: [String], parts: [KernelProgram], text: String)

    var name: String {
        switch self {
        case .files(let name, _, _): name
        case .generated: "pointwise"
        case .joined: "joined"
        }
    }

    /// Whether its kernels are too long for a joined launch to take them in: compilers inline each call.
    var isLong: Bool { name == "sequence" || name == "attention" }

    /// Kernels whose work-items keep many sums in registers. Whatever is joined with them would run with as few work-items.
    var isProduct: Bool { name == "product" }
}

/// How work is cut for a device. It is a function of the device's class only, never of its size or
/// load, so that results repeat.
package enum KernelFamily: String, Sendable, CaseIterable {
    /// One work-item per work-group, long runs for each, explicit vectors, no barriers.
    case cpu
    /// Many short work-items that share local memory.
    case gpu
}

/// Global and local sizes.
struct WorkSize {
    let family: KernelFamily
    /// The device's largest work-group.
    let limit: Int

    /// Elements (or rows that cost as much as `cost` elements) for each work-item.
    func chunk(_ count: Int, cost: Int = 1, multipleOf unit: Int = 1) -> Int {
        let chunk: Int
        switch family {
        case .cpu:
            let least = max(2048 / max(cost, 1), 1)
            chunk = max(least, (count + 31) / 32)
        case .gpu:
            chunk = unit
        }
        return (chunk + unit - 1) / unit * unit
    }

    /// A line of work-items, `chunk` elements each.
    func line(_ count: Int, chunk: Int) -> (global: [Int], local: [Int]) {
        let items = (count + chunk - 1) / chunk
        // Small groups spread over a device's processors; where there are many, large ones take less to start.
        guard family == .gpu, items >= 1 << 18, limit >= 256 else { return plane(items, 1) }
        return ([(items + 255) / 256 * 256, 1, 1], [256, 1, 1])
    }

    /// `x` by `y` by `z` work-items; kernels guard the rounding of x and y.
    func plane(_ x: Int, _ y: Int, _ z: Int = 1, guardsY: Bool = false) -> (
        global: [Int], local: [Int]
    ) {
        guard family == .gpu else { return ([x, y, z], [1, 1, 1]) }
        let most = min(limit, 64)
        var width = 1
        while width < x && width * 2 <= most { width *= 2 }
        var height = 1
        while guardsY && height < y && width * height * 2 <= most { height *= 2 }
        func round(_ value: Int, _ unit: Int) -> Int { (value + unit - 1) / unit * unit }
        return ([round(x, width), round(y, height), z], [width, height, 1])
    }
}
