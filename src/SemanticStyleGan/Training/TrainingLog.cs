using System.Text.Json;
using SemanticStyleGan.Formats;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>Collects named scalars over iterations and writes their means as a JSON line and to TensorBoard.</summary>
internal sealed class TrainingLog
{
    /// <summary>A log of this size becomes the earlier one, so that two of them are kept at most: tens of millions of images.</summary>
    internal const long MostBytes = 16 << 20;
    private readonly RunFolder folder;
    private readonly SummaryWriter board;
    private readonly SortedDictionary<string, (double Sum, int Count)> sums = new(StringComparer.Ordinal);

    /// <summary>Opens a run's log; lines of iterations that a resumed run repeats are dropped.</summary>
    internal TrainingLog(RunFolder folder, long imagesSeen)
    {
        this.folder = folder;
        foreach (string file in new[] { folder.EarlierLogFile, folder.LogFile }.Where(File.Exists))
        {
            string[] kept = [.. Read(file).Where(l => l.GetProperty("images").GetInt64() <= imagesSeen).Select(l => l.GetRawText())];
            AtomicFile.WriteText(file, string.Concat(kept.Select(l => l + "\n")));
        }
        board = utils.tensorboard.SummaryWriter(folder.TensorBoard);
    }

    /// <summary>Adds one value.</summary>
    internal void Add(string name, double value)
    {
        (double sum, int count) = sums.GetValueOrDefault(name);
        sums[name] = (sum + value, count + 1);
    }

    /// <summary>The mean of a value since the last line, or NaN.</summary>
    internal double Mean(string name) => sums.TryGetValue(name, out (double Sum, int Count) s) ? s.Sum / s.Count : double.NaN;

    /// <summary>Writes the means and forgets them.</summary>
    internal void Write(long imagesSeen)
    {
        Dictionary<string, double> line = new() { ["images"] = imagesSeen };
        foreach (string name in sums.Keys)
        {
            line[name] = Math.Round(Mean(name), 6);
            board.add_scalar(name, (float)Mean(name), (int)Math.Min(imagesSeen, int.MaxValue));
        }
        if (File.Exists(folder.LogFile) && new FileInfo(folder.LogFile).Length >= MostBytes) File.Move(folder.LogFile, folder.EarlierLogFile, overwrite: true);
        File.AppendAllText(folder.LogFile, JsonSerializer.Serialize(line, StrictJson.Compact) + "\n");
        sums.Clear();
    }

    /// <summary>The lines of a log; one that a crash cut short is left out.</summary>
    internal static IEnumerable<JsonElement> Read(string path)
    {
        if (!File.Exists(path)) yield break;
        foreach (string line in File.ReadLines(path))
        {
            JsonElement element;
            try
            {
                element = JsonSerializer.Deserialize<JsonElement>(line);
            }
            catch (JsonException)
            {
                continue;
            }
            yield return element;
        }
    }
}
