using ScottPlot;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Metrics;

/// <summary>What is asked for over the images that training had seen, from several <see cref="EvaluationReport"/>s: whether more training helps.</summary>
internal static class EvaluationCurve
{
    internal const string FileName = "curve.png";
    private const int Columns = 2, Width = 450, Height = 240;

    /// <summary>Writes a PNG with a plot for each measure; false where fewer than two reports say how many images were seen.</summary>
    internal static bool Write(IEnumerable<EvaluationReport> reports, string folder)
    {
        EvaluationReport[] ordered = [.. reports.Where(r => r.ImagesSeen is not null).OrderBy(r => r.ImagesSeen)];
        EvaluationRow[] wanted = [.. ordered.SelectMany(r => r.Rows).Where(r => r.Target is not null && r.Part is null).DistinctBy(r => r.Measure)];
        if (ordered.Select(r => r.ImagesSeen).Distinct().Count() < 2 || wanted.Length == 0) return false;
        Multiplot all = new();
        all.AddPlots(wanted.Length);
        int rows = (wanted.Length + Columns - 1) / Columns;
        all.Layout = new ScottPlot.MultiplotLayouts.Grid(rows, Columns);
        for (int i = 0; i < wanted.Length; i++) Draw(all.GetPlot(i), wanted[i], ordered);
        AtomicFile.WriteBytes(Path.Combine(folder, FileName), all.Render(Columns * Width, rows * Height).GetImageBytes(ImageFormat.Png));
        return true;
    }

    private static void Draw(Plot plot, EvaluationRow row, EvaluationReport[] reports)
    {
        (double Seen, double Value)[] points = [.. reports.Select(r => (r.ImagesSeen, r.Find(row.Measure)?.Value)).Where(p => p.Value is not null).Select(p => ((double)p.ImagesSeen!, p.Value!.Value))];
        plot.Add.Scatter(points.Select(p => p.Seen).ToArray(), points.Select(p => p.Value).ToArray());
        plot.Add.HorizontalLine(Target.Parse(row.Target!).Bound, 1, Colors.Red, LinePattern.Dashed);
        plot.Title(row.Measure, size: 12);
        plot.XLabel("images seen", size: 11);
    }
}
