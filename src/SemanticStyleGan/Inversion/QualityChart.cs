using System.Globalization;
using System.Text;
using ScottPlot;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Inversion;

/// <summary>How the reconstructions of pictures improve over the steps.</summary>
public static class QualityChart
{
    private const int MostCurves = 100;

    /// <summary>Writes a table: a line a step, a column a picture, values in decibel.</summary>
    /// <param name="path">The <c>.csv</c> file.</param>
    /// <param name="names">The pictures' names.</param>
    /// <param name="quality">Of each step and picture.</param>
    public static void WriteTable(string path, IReadOnlyList<string> names, IReadOnlyList<double[]> quality)
    {
        StringBuilder table = new();
        table.AppendLine(string.Join(',', names.Prepend("step").Select(n => '"' + n.Replace("\"", "\"\"", StringComparison.Ordinal) + '"')));
        for (int step = 0; step < quality.Count; step++)
            table.AppendLine(string.Join(',', quality[step].Select(v => v.ToString("0.00", CultureInfo.InvariantCulture)).Prepend($"{step}")));
        AtomicFile.WriteText(path, table.ToString());
    }

    /// <summary>Draws a thin curve a picture and a thick one of their mean.</summary>
    /// <param name="path">The <c>.png</c> file.</param>
    /// <param name="quality">Of each step and picture, in decibel.</param>
    public static void Write(string path, IReadOnlyList<double[]> quality)
    {
        using Plot plot = new();
        double[] steps = [.. Enumerable.Range(0, quality.Count).Select(s => (double)s)];
        for (int i = 0; i < Math.Min(MostCurves, quality[0].Length); i++)
        {
            var curve = plot.Add.ScatterLine(steps, quality.Select(q => q[i]).ToArray(), Colors.LightSteelBlue);
            curve.LineWidth = 1;
        }
        var mean = plot.Add.ScatterLine(steps, quality.Select(q => q.Average()).ToArray(), Colors.DarkBlue);
        (mean.LineWidth, mean.LegendText) = (3, "mean");
        plot.XLabel("steps");
        plot.YLabel("PSNR (dB)");
        plot.ShowLegend(Alignment.LowerRight);
        AtomicFile.WriteBytes(path, plot.GetImageBytes(900, 450, ImageFormat.Png));
    }
}
