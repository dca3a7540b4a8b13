import KeratinCore

/// The text, the buffers and the numbers of one joined kernel (see `JoinPlan`).
///
/// The text says which kernels are called and which of them share a buffer. Offsets, sizes and numbers lie in a buffer of 32-bit words
/// that the plan owns, so that plans of the same structure share a program.
struct JoinedKernel {
    private let family: KernelFamily
    private let groupItems: Int
    private let launches: [KernelLaunch]
    private var members = [Int]()
    private var parts = [KernelProgram]()
    private var buffers = [any DeviceBuffer]()
    private var words = [Int32]()
    private var called = [String]()
    private var body = ""
    private var groups = 0
    /// Whether groups wait for each other.
    private var waits = false

    /// - Parameter launches: what the members' numbers mean.
    init(
        _ phases: [[JoinPlan.Member]], of launches: [KernelLaunch], family: KernelFamily,
        policy: JoinPolicy
    ) {
        self.family = family
        groupItems = policy.groupItems
        self.launches = launches
        if family == .cpu {
            for index in JoinPlan.Unit.joined(phases).indices {
                let call = call(index, place: "")
                body += "    \(call)\n"
            }
            groups = 1
            return
        }
        body += "    const int item = (int)get_local_id(0);\n"
        waits = phases.count > 1
        for (number, phase) in phases.enumerated() {
            if number > 0 { body += "    joined_wait(gate);\n" }
            write(phase)
        }
        if let residents = policy.residentGroups, waits { groups = min(groups, residents) }
    }

    // MARK: Members

    /// The members side by side: `group` is in the range of one of them. Where groups wait for each other there may be fewer of them,
    /// and each takes several turns.
    private mutating func write(_ members: [JoinPlan.Member]) {
        let count = members.reduce(0) { $0 + groupCount($1) }
        groups = max(groups, count)
        body +=
            waits
            ? "    for (int group = (int)get_group_id(0); group < words[\(word(count))]; group += (int)get_num_groups(0)) {\n"
            : "    {\n    const int group = (int)get_group_id(0);\n"
        var end = 0
        for (position, member) in members.enumerated() {
            let start = word(end)
            let own = "const int own = group - words[\(start)];"
            end += groupCount(member)
            let text: String
            switch member {
            case .wide(let index): text = wide(index)
            case .chain(let chain, let waits):
                text = zip(chain, waits).map { index, waits in
                    (waits ? "            JOINED_BARRIER\n" : "") + looped(index)
                }.joined()
            }
            let condition = position == members.count - 1 ? "" : "if (group < words[\(word(end))]) "
            body += "    \(position == 0 ? "" : "else ")\(condition){\n"
            if case .wide = member { body += "            \(own)\n" }
            body += "\(text)    }\n"
        }
        if waits { body += "    JOINED_BARRIER\n" }
        body += "    }\n"
    }

    /// One group's, or its work-items', part of a launch.
    private mutating func wide(_ index: Int) -> String {
        let launch = launches[index]
        let extents = word(launch.joinedExtents)
        if launch.isCooperative {
            let call = call(
                index, place: "joined_group(own, item, words + \(extents)), JOINED_MEMORY, ")
            return "            \(call)\n"
        }
        let call = call(index, place: "joined_item(at, words + \(extents)), 0, ")
        return """
                        const int at = own * \(groupItems) + item;
                        if (at < words[\(word(launch.itemCount))]) \(call)

            """
    }

    /// All of a launch, by one group.
    private mutating func looped(_ index: Int) -> String {
        let launch = launches[index]
        let extents = word(launch.joinedExtents)
        if launch.isCooperative {
            let call = call(
                index, place: "joined_group(own, item, words + \(extents)), JOINED_MEMORY, ")
            return """
                            for (int own = 0; own < words[\(word(groupCount(launch)))]; own++) {
                                \(call)
                                JOINED_BARRIER
                            }

                """
        }
        let call = call(index, place: "joined_item(at, words + \(extents)), 0, ")
        return """
                        for (int at = item; at < words[\(word(launch.itemCount))]; at += \(groupItems))
                            \(call)

            """
    }

    private func groupCount(_ launch: KernelLaunch) -> Int { launch.groups(of: groupItems) }

    private func groupCount(_ member: JoinPlan.Member) -> Int {
        switch member {
        case .wide(let index): groupCount(launches[index])
        case .chain: 1
        }
    }

    // MARK: Calls

    private mutating func call(_ index: Int, place: String) -> String {
        let launch = launches[index]
        members.append(index)
        if !parts.contains(launch.program) { parts.append(launch.program) }
        called.append(launch.kernel)
        let values = launch.arguments.map { value($0, launch.program) }
        let name = JoinedSource.name(of: launch.kernel, in: launch.program)
        return "\(name)(\(place)\(values.joined(separator: ", ")));"
    }

    /// Stores an argument's numbers; how the text reads it.
    private mutating func value(_ argument: KernelArgument, _ program: KernelProgram) -> String {
        switch argument {
        case .buffer(let slice, let elementSize):
            let offset = slice.byteOffset / elementSize
            let place = word([offset, offset >> 32])
            return "b\(index(of: slice.buffer)), LONG(\(place))"
        case .memory(let buffer):
            return "b\(index(of: buffer))"
        case .float(let number):
            return "as_float(words[\(word(Int(Int32(bitPattern: number.bitPattern))))])"
        case .ints(let numbers):
            let place = word(numbers)
            return numbers.count == 1
                ? "words[\(place)]" : "vload\(numbers.count)(0, words + \(place))"
        case .structure(let type, let numbers):
            let type = JoinedSource.name(of: type, in: program)
            return "*(__constant const \(type) *)(words + \(word(numbers)))"
        }
    }

    private mutating func word(_ numbers: [Int]) -> Int {
        words += numbers.map { Int32(truncatingIfNeeded: $0) }
        return words.count - numbers.count
    }

    private mutating func word(_ number: Int) -> Int { word([number]) }

    private mutating func index(of buffer: any DeviceBuffer) -> Int {
        if let index = buffers.firstIndex(where: { $0 === buffer }) { return index }
        buffers.append(buffer)
        return buffers.count - 1
    }

    // MARK: The launch

    /// - Parameter gate: two words, zero, where groups that wait for each other meet.
    func launch(
        _ session: OpenCLSession, gate: () throws(BackendError) -> OpenCLBuffer
    ) throws(BackendError) -> KernelLaunch {
        // What the cooperative kernels share with their groups, one at a time.
        var types = [String]()
        for launch in members.map({ launches[$0] }) where family == .gpu && launch.isCooperative {
            let type = "LOCAL_TYPE(\(JoinedSource.name(of: launch.kernel, in: launch.program)))"
            if !types.contains(type) { types.append(type) }
        }
        var text = waits ? ", __global volatile int *gate" : ""
        text += buffers.indices.map { ", __global void *b\($0)" }.joined() + ") {\n"
        if !types.isEmpty {
            let members = types.enumerated().map { "\($1) m\($0);" }.joined(separator: " ")
            text += "    __local union { \(members) } joinedMemory;\n"
        }
        text += body + "}\n"
        let name = "joined_" + String(ProgramCache.hash(Array(text.utf8)), radix: 16)
        text = """
            __kernel __attribute__((reqd_work_group_size(\(groupItems), 1, 1)))
            void \(name)(__constant int *words\(text)
            """
        var kernels = [String]()
        for kernel in called where !kernels.contains(kernel) { kernels.append(kernel) }
        let names = kernels.map { kernel in
            let count = called.count { $0 == kernel }
            return count == 1 ? kernel : "\(kernel) × \(count)"
        }
        let numbers = try OpenCLBuffer(session, constants: words)
        var launch = KernelLaunch(
            program: .joined(calls: kernels, parts: parts, text: text), kernel: name,
            arguments: [.memory(numbers)] + (waits ? [.memory(try gate())] : [])
                + buffers.map { .memory($0) },
            global: [groups * groupItems, 1, 1], local: [groupItems, 1, 1])
        launch.description = "\(name), \(called.count) calls: \(names.joined(separator: ", "))"
        let costs = members.compactMap { launches[$0].cost }
        launch.cost = OperationCost(
            flops: costs.reduce(0) { $0 + $1.flops }, bytes: costs.reduce(0) { $0 + $1.bytes })
        return launch
    }
}

extension KernelLaunch {
    /// Work-groups, or what free work-items fill of groups of `items`.
    func groups(of items: Int) -> Int {
        isCooperative ? groupExtents.reduce(1, *) : (itemCount + items - 1) / items
    }

    var itemCount: Int { global.reduce(1, *) }

    private var groupExtents: [Int] { zip(global, local).map { $0 / $1 } }

    /// What a place among all is divided by: the first two extents, in groups or in work-items.
    fileprivate var joinedExtents: [Int] {
        Array((isCooperative ? groupExtents : global).prefix(2))
    }
}
