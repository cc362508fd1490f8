using System.Text.Json;
using ScottPlot;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Training;

/// <summary>Draws the curves of a training log.</summary>
internal static class LossChart
{
    /// <summary>Writes a PNG of some of the log's values over images seen; nothing while there are fewer than two lines.</summary>
    internal static void Write(string logFile, string path, params string[] shown)
    {
        JsonElement[] lines = [.. TrainingLog.Read(logFile)];
        if (lines.Length < 2) return;
        using Plot plot = new();
        foreach (string name in shown)
        {
            JsonElement[] with = [.. lines.Where(l => l.TryGetProperty(name, out _))];
            var curve = plot.Add.ScatterLine(with.Select(l => l.GetProperty("images").GetDouble()).ToArray(), with.Select(l => l.GetProperty(name).GetDouble()).ToArray());
            curve.LegendText = name.Replace('_', ' ');
        }
        plot.XLabel("images seen");
        plot.YLabel(string.Join(", ", shown.Select(n => n.Replace('_', ' '))));
        plot.ShowLegend(Alignment.UpperRight);
        AtomicFile.WriteBytes(path, plot.GetImageBytes(900, 450, ImageFormat.Png));
    }
}
