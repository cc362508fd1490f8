using System.Globalization;
using System.Text.Json;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Perception;

namespace SemanticStyleGan.Training;

/// <summary>
/// The folder of a training run: <c>config.json</c>, <c>model.safetensors</c> (the moving average), <c>checkpoints/</c>,
/// <c>previews/</c>, <c>log.jsonl</c>, <c>losses.png</c> and <c>tensorboard/</c>. Holds a lock while it is open.
/// </summary>
public sealed class RunFolder : IDisposable
{
    private const string CheckpointPattern = "images-*.safetensors";
    private readonly FileStream lockFile;

    /// <summary>Opens a run's folder, making it where there is none.</summary>
    /// <exception cref="InputException">It can't be written, another process trains in it, or it holds other things than a run.</exception>
    public RunFolder(string path)
    {
        Root = path;
        if (File.Exists(path)) throw new InputException($"{path}: is a file, expected the folder of a run.");
        if (Directory.Exists(path) && !File.Exists(ConfigFile) && Directory.EnumerateFileSystemEntries(path).Any(e => System.IO.Path.GetFileName(e) != LockName))
            throw new InputException($"{path}: is not empty and no run's folder (no config.json); choose another folder for --out.");
        try
        {
            Directory.CreateDirectory(path);
            lockFile = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: another process is training in this folder, or it can't be written: {e.Message}", e);
        }
        RemoveRemains();
    }

    private const string LockName = "run.lock";

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The effective configuration.</summary>
    public string ConfigFile => System.IO.Path.Combine(Root, "config.json");

    /// <summary>The moving average of the generator as a model file.</summary>
    public string ModelFile => System.IO.Path.Combine(Root, "model.safetensors");

    /// <summary>The parser that a run of <see cref="ParserTrainer"/> trains.</summary>
    public string ParserFile => System.IO.Path.Combine(Root, ParserSource.FileName);

    /// <summary>The log: a JSON object a line.</summary>
    public string LogFile => System.IO.Path.Combine(Root, "log.jsonl");

    /// <summary>The log's earlier lines: <see cref="LogFile"/> is renamed to this when it has grown large.</summary>
    public string EarlierLogFile => System.IO.Path.Combine(Root, "log.1.jsonl");

    /// <summary>The chart of the losses.</summary>
    public string ChartFile => System.IO.Path.Combine(Root, "losses.png");

    /// <summary>The folder of TensorBoard's event files.</summary>
    public string TensorBoard => System.IO.Path.Combine(Root, "tensorboard");

    /// <summary>The checkpoint after so many images.</summary>
    public string Checkpoint(long imagesSeen) => System.IO.Path.Combine(Root, "checkpoints", string.Create(CultureInfo.InvariantCulture, $"images-{imagesSeen:D10}.safetensors"));

    /// <summary>The preview after so many images.</summary>
    public string Preview(long imagesSeen) => System.IO.Path.Combine(Root, "previews", string.Create(CultureInfo.InvariantCulture, $"images-{imagesSeen:D10}.png"));

    /// <summary>The checkpoints, newest first.</summary>
    public IReadOnlyList<string> Checkpoints() => CheckpointsIn(Root);

    /// <summary>The checkpoints of a run's folder, newest first, without opening the run.</summary>
    public static IReadOnlyList<string> CheckpointsIn(string root)
    {
        string folder = System.IO.Path.Combine(root, "checkpoints");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, CheckpointPattern).OrderDescending(StringComparer.Ordinal)] : [];
    }

    /// <summary>Removes all checkpoints but the newest.</summary>
    public void RemoveOldCheckpoints(int keep)
    {
        foreach (string old in Checkpoints().Skip(Math.Max(1, keep))) File.Delete(old);
    }

    /// <summary>Loads the newest checkpoint that can be read and returns its path, or null where there is none yet.</summary>
    /// <param name="load">Loads a checkpoint, wholly or not.</param>
    /// <param name="passedOver">Takes what is wrong with a checkpoint that is passed over.</param>
    /// <exception cref="CheckpointFormatException">There are checkpoints, but none can be read: the run must not begin anew over them.</exception>
    public string? Resume(Action<string> load, Action<string> passedOver)
    {
        IReadOnlyList<string> checkpoints = Checkpoints();
        foreach (string checkpoint in checkpoints)
        {
            try
            {
                load(checkpoint);
                return checkpoint;
            }
            catch (CheckpointFormatException e) when (checkpoint != checkpoints[^1])
            {
                passedOver(e.Message);
            }
        }
        return null;
    }

    /// <summary>Saves the configuration, or checks that a run continues with the one that it began with (the length of a <see cref="TrainingConfig"/> may change).</summary>
    /// <exception cref="InputException">The folder belongs to a run with another configuration; the differing members are named.</exception>
    public void AgreeOn<T>(T config) where T : notnull
    {
        if (File.Exists(ConfigFile) && Checkpoints().Count > 0 && Differences(StrictJson.Read<T>(ConfigFile), config) is { Length: > 0 } differences)
            throw new InputException($"{Root}: this run was begun with another configuration ({differences}); use the same options to continue it, or another folder for a new run.");
        AtomicFile.WriteText(ConfigFile, JsonSerializer.Serialize(config, StrictJson.Options) + "\n");
    }

    /// <inheritdoc/>
    public void Dispose() => lockFile.Dispose();

    // Half-written files of a process that was killed: the lock says that it is gone.
    private void RemoveRemains()
    {
        foreach (string folder in new[] { Root, System.IO.Path.Combine(Root, "checkpoints"), System.IO.Path.Combine(Root, "previews") }.Where(Directory.Exists))
            foreach (string remains in Directory.EnumerateFiles(folder, "*.*.tmp"))
                File.Delete(remains);
    }

    private static string Differences<T>(T before, T now)
    {
        Dictionary<string, string> a = Leaves(before), b = Leaves(now);
        // The schedule of a TrainingConfig does not depend on its length.
        string? mayChange = now is TrainingConfig ? JsonNamingPolicy.CamelCase.ConvertName(nameof(TrainingConfig.Images)) : null;
        return string.Join(", ", a.Keys.Union(b.Keys).Where(k => k != mayChange).Where(k => a.GetValueOrDefault(k) != b.GetValueOrDefault(k))
            .Select(k => $"{k} {a.GetValueOrDefault(k)}, now {b.GetValueOrDefault(k)}"));
    }

    private static Dictionary<string, string> Leaves<T>(T config)
    {
        Dictionary<string, string> leaves = [];
        void Add(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Object)
                foreach (JsonProperty p in element.EnumerateObject()) Add(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}");
            else
                leaves[path] = element.GetRawText();
        }
        Add(JsonSerializer.SerializeToElement(config, StrictJson.Compact), "");
        return leaves;
    }
}
