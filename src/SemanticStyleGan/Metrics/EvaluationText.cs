using System.Globalization;
using System.Text;

namespace SemanticStyleGan.Metrics;

/// <summary>The report of an <see cref="Evaluation"/> as Markdown, and the names of its rows.</summary>
internal static class EvaluationText
{
    internal const string
        WassersteinRatio = "sliced Wasserstein distance, ratio to that of two real sets",
        WassersteinLevel = "sliced Wasserstein distance × 1000,",
        WorstRate = "class rates: largest factor between generated and real",
        WorstPixels = "class pixels: largest factor between generated and real",
        MasksWith = "masks with the class",
        PixelShare = "pixels of the class",
        MeanAgreement = "mask agreement, mIoU over the classes present",
        MatchedAgreement = "mask agreement of parts matched to classes, mIoU over the classes read",
        MaskDiversity = "mask diversity, share of pixels that differ between two masks",
        Agreement = "mask agreement, IoU",
        Locality = "edit locality",
        LeastLocality = "edit locality, least of the parts above 1 % of pixels",
        Composition = "change inside a part that is switched off",
        Identity = "identity distance of an edit";

    private static readonly string[] Shares = [MasksWith, PixelShare];

    internal static string Of(EvaluationReport report, IReadOnlyList<string> pictures)
    {
        StringBuilder text = new();
        text.AppendLine("# Evaluation").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Generated:N0} generated pictures{(report.Settings.Truncation == 1 ? " without truncation" : $", truncation {report.Settings.Truncation}")}, seeds from {report.Settings.Seed}; real sets of {report.Real:N0} pictures of {report.Data}. Model `{report.Model}`{(report.ImagesSeen is { } seen ? $", trained on {seen:N0} images" : "")}. {report.Seconds:N0} s.");
        text.AppendLine().AppendLine("\"Real\" is what a second set of real pictures, disjoint from the first, has against it: the best that can be expected. For classes it is the data's own.");
        AppendTable(text, "Asked for", report.Rows.Where(r => r.Target is not null && r.Part is null), withTarget: true);
        AppendTable(text, "More", report.Rows.Where(r => r.Target is null && r.Part is null), withTarget: false);
        AppendParts(text, report);
        if (report.LeftOut.Count > 0)
        {
            text.AppendLine("## Left out").AppendLine();
            foreach (string reason in report.LeftOut) text.AppendLine(CultureInfo.InvariantCulture, $"- {reason}");
            text.AppendLine();
        }
        foreach (string picture in pictures) text.AppendLine(CultureInfo.InvariantCulture, $"![{Path.GetFileNameWithoutExtension(picture)}]({picture})").AppendLine();
        return text.ToString();
    }

    private static void AppendTable(StringBuilder text, string title, IEnumerable<EvaluationRow> rows, bool withTarget)
    {
        if (!rows.Any()) return;
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        text.AppendLine(withTarget ? "| measure | value | real | target | met |\n|---|---|---|---|---|" : "| measure | value | real |\n|---|---|---|");
        foreach (EvaluationRow row in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Measure} | {Number(row.Value)} | {Number(row.Reference)} |{(withTarget ? $" {row.Target} | {Met(row)} |" : "")}");
    }

    // One line a part, a column a measure; a value beside the data's where there is one.
    private static void AppendParts(StringBuilder text, EvaluationReport report)
    {
        List<string> measures = [.. report.Rows.Where(r => r.Part is not null).Select(r => r.Measure).Distinct()];
        if (measures.Count == 0) return;
        text.AppendLine().AppendLine("## Parts").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| part |{string.Concat(measures.Select(m => $" {m} |"))}");
        text.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(measures.Select(_ => "---|"))}");
        foreach (string part in report.Rows.Select(r => r.Part).OfType<string>().Distinct())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {part} |{string.Concat(measures.Select(m => $" {Cell(report.Find(m, part))} |"))}");
        text.AppendLine();
    }

    private static string Cell(EvaluationRow? row)
    {
        if (row is null) return "";
        Func<double?, string> number = Shares.Contains(row.Measure) ? Percent : Number;
        return number(row.Value) + (row.Reference is null ? "" : $" (real {number(row.Reference)})") + (row.Met is null ? "" : $", {Met(row)}");
    }

    private static string Met(EvaluationRow row) => row.Met == true ? "met" : "**not met**";

    private static string Percent(double? value) => value is { } v ? v.ToString("0.0# %", CultureInfo.InvariantCulture) : "–";

    private static string Number(double? value) => value is not { } v ? "–" : v.ToString(Math.Abs(v) switch
    {
        0 => "0",
        < 0.001 => "0.0e0",
        < 10 => "0.000",
        < 1000 => "0.0",
        _ => "N0",
    }, CultureInfo.InvariantCulture);
}
