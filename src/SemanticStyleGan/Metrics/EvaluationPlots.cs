using ScottPlot;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Metrics;

/// <summary>Bar charts of an <see cref="EvaluationReport"/>.</summary>
internal static class EvaluationPlots
{
    private const double BarSize = 0.38;

    /// <summary>Writes those that the report has values for; gives their file names.</summary>
    internal static IReadOnlyList<string> Write(EvaluationReport report, string folder)
    {
        List<string> names = [];
        void Chart(string name, string title, string measure, (string, string) legend, double? goal = null)
        {
            EvaluationRow[] rows = [.. report.Rows.Where(r => r.Measure == measure && r.Part is not null)];
            if (rows.Length == 0) return;
            AtomicFile.WriteBytes(Path.Combine(folder, name), Bars(title, [.. rows.Select(r => r.Part!)], rows, legend, goal));
            names.Add(name);
        }

        Chart("class-rates.png", "share of masks with the class", EvaluationText.MasksWith, ("generated", "real"));
        Chart("agreement.png", "agreement of mask and picture (IoU)", EvaluationText.Agreement, ("generated", "real"), 0.8);
        Chart("locality.png", "share of an edit's change inside its part", EvaluationText.Locality, ("edited", ""), 0.9);
        EvaluationRow[] levels = [.. report.Rows.Where(r => r.Measure.StartsWith(EvaluationText.WassersteinLevel, StringComparison.Ordinal) && r.Measure.EndsWith("px", StringComparison.Ordinal))];
        if (levels.Length > 0)
        {
            AtomicFile.WriteBytes(Path.Combine(folder, "wasserstein.png"), Bars("sliced Wasserstein distance × 1000 by level", [.. levels.Select(l => l.Measure[EvaluationText.WassersteinLevel.Length..].Trim())], levels, ("generated – real", "real – real"), null));
            names.Add("wasserstein.png");
        }
        return names;
    }

    private static byte[] Bars(string title, string[] labels, EvaluationRow[] rows, (string Value, string Reference) legend, double? goal)
    {
        using Plot plot = new();
        bool paired = rows.Any(r => r.Reference is not null);
        AddBars(plot, [.. rows.Select(r => r.Value ?? 0)], paired ? -BarSize / 2 : 0, legend.Value, Colors.SteelBlue);
        if (paired) AddBars(plot, [.. rows.Select(r => r.Reference ?? 0)], BarSize / 2, legend.Reference, Colors.DarkGray);
        if (goal is { } line) plot.Add.HorizontalLine(line, 1, Colors.Red, LinePattern.Dashed);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, labels.Length).Select(i => (double)i)], labels);
        plot.Axes.Bottom.TickLabelStyle.Rotation = labels.Length > 6 ? -35 : 0;
        plot.Axes.Bottom.TickLabelStyle.Alignment = labels.Length > 6 ? Alignment.MiddleRight : Alignment.UpperCenter;
        plot.Axes.Bottom.MinimumSize = labels.Length > 6 ? 75 : 25;
        plot.Axes.Margins(bottom: 0, top: paired ? 0.3 : 0.1); // room for the legend
        plot.Title(title);
        if (paired) plot.ShowLegend(Alignment.UpperRight);
        return plot.GetImageBytes(900, 380, ImageFormat.Png);
    }

    private static void AddBars(Plot plot, double[] values, double shift, string legend, Color color)
    {
        var bars = plot.Add.Bars([.. Enumerable.Range(0, values.Length).Select(i => i + shift)], values);
        bars.LegendText = legend;
        foreach (Bar bar in bars.Bars) (bar.Size, bar.FillColor, bar.LineWidth) = (BarSize, color, 0);
    }
}
