import Keratin
import KeratinCore
import KeratinTooling

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A run in pictures and in one page that needs nothing besides itself.
struct BenchReport {
    let title: String
    /// What was measured on, in sentences.
    let devices: [String]
    let charts: [(name: String, svg: String)]
    /// The first row has the titles.
    let table: [[String]]

    init(title: String, devices: [String], charts: [(name: String, svg: String)], table: [[String]])
    {
        self.title = title
        self.devices = devices
        self.charts = charts
        self.table = table
    }

    init(title: String, run: BenchRun, table: [[String]]) {
        self.init(
            title: title, devices: run.devices.map(Self.sentence), charts: Self.charts(run),
            table: table)
    }

    static func sentence(_ device: BenchRun.Device) -> String {
        let info = device.device
        return "\(device.backend): \(info.name), \(info.platform), \(info.driver); "
            + "\(decimal(device.roofline.peak / 1e9, 0)) GFLOP/s of multiply-adds, copies at "
            + "\(decimal(device.roofline.bandwidth / 1e9, 1)) GB/s"
    }

    /// A chart for each family: the part of what the device can do where that is known, else the time.
    private static func charts(_ run: BenchRun) -> [(name: String, svg: String)] {
        var families = [String]()
        for row in run.measurements where !families.contains(row.family) {
            families.append(row.family)
        }
        let backends = run.devices.map(\.backend)
        return families.map { family in
            let rows = run.measurements.filter { $0.family == family }
            var jobs = [String]()
            for row in rows where !jobs.contains(row.job) { jobs.append(row.job) }
            let isPart = rows.contains { $0.partOfRoofline != nil }
            let bars = jobs.map { job in
                BarChart.Row(
                    name: job,
                    values: backends.map { backend in
                        rows.first { $0.job == job && $0.backend == backend }
                            .flatMap {
                                isPart ? $0.partOfRoofline.map { $0 * 100 } : $0.medianS * 1e3
                            }
                    })
            }
            let unit = isPart ? "% of the roofline" : "ms"
            return (
                family, BarChart(title: family, unit: unit, series: backends, rows: bars).svg
            )
        }
    }

    /// Writes each chart as a file of its own.
    func writeCharts(to folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw KeratinError(.file, "cannot be made a folder: \(error)", at: folder)
        }
        for (name, svg) in charts {
            let file = String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
            try writeFile(svg, to: "\(folder)/\(file).svg")
        }
    }

    // MARK: The page

    var page: String {
        let escaped = ChartText.escaped
        let head = table.first ?? []
        let rows = table.dropFirst().map { row in
            "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <title>\(escaped(title)) - keratin-bench</title>
            <style>
            :root{color-scheme:light dark;--page:#fff;--ink:#1f2933;--faint:#5f6b7a;--edge:#dfe4ea}
            @media(prefers-color-scheme:dark){:root{--page:#14181d;--ink:#e8ebee;--faint:#a3adb8;--edge:#343c45}}
            body{margin:0 auto;padding:16px;max-width:1100px;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
            h1{font-size:1.4em;margin:0 0 .3em}p,li{color:var(--faint);margin:.2em 0;overflow-wrap:anywhere}ul{padding-left:1.1em}
            .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr));gap:28px 32px;margin:24px 0;align-items:start}
            .charts svg{display:block;width:100%;height:auto}
            .rows{overflow-x:auto}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
            th,td{padding:3px 10px 3px 0;border-bottom:1px solid var(--edge);text-align:right;white-space:nowrap}
            th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
            </style></head><body>
            <h1>\(escaped(title))</h1>
            <p>keratin-bench, \(escaped(Self.now))</p>
            <ul>\(devices.map { "<li>\(escaped($0))</li>" }.joined())</ul>
            <div class="charts">
            \(charts.map { "<figure style=\"margin:0\">\($0.svg)</figure>" }.joined(separator: "\n"))
            </div>
            <div class="rows"><table><thead><tr>\(head.map { "<th>\(escaped($0))</th>" }.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            </body></html>
            """
    }

    /// The day and the minute.
    private static var now: String {
        let text = Date().formatted(.iso8601)
        return String(text.prefix(16)).split(separator: "T").joined(separator: " ") + " UTC"
    }
}
