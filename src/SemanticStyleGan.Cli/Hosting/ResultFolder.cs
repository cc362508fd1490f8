using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>
/// The folder that a command leaves: <c>images</c>, coloured <c>masks</c> and class <c>labels</c> as numbered PNGs, <c>latents.npy</c> with the codes in
/// the same order, and <c>settings.json</c>, written last, with all that is needed to repeat the run.
/// </summary>
/// <param name="path">The folder; made when the first file is written.</param>
/// <param name="model">The model that is used.</param>
internal sealed class ResultFolder(string path, SemanticModel model)
{
    private const int LeastCell = 128;
    private static readonly string[] PictureFolders = ["images", "masks", "labels"];
    private readonly HashSet<string> written = [];
    private Mutex? claim;

    /// <summary><c>--out</c>, by default <c>out/COMMAND</c>.</summary>
    internal static Option<string> Option(string command) =>
        new("--out", "-o") { Description = "Folder for the results; made if it does not exist.", HelpName = "DIR", DefaultValueFactory = _ => $"out/{command}" };

    /// <summary>How many times larger a grid shows the model's pictures, so that small ones can be seen.</summary>
    internal int Scale => Math.Max(1, LeastCell / model.Config.ImageSize);

    /// <summary>The path of a file inside, to write it. From the first one on no other process may write into the folder, so that results of two runs do not mix.</summary>
    /// <exception cref="InputException">Another process does.</exception>
    internal string File(params string[] names)
    {
        claim ??= Claim();
        return Path.Combine([path, .. names]);
    }

    /// <summary>The folder that the command line names.</summary>
    /// <exception cref="InputException">It is a file, or can't be written.</exception>
    internal static ResultFolder Of(ParseResult parsed, Option<string> option, SemanticModel model)
    {
        string folder = parsed.GetValue(option)!;
        if (System.IO.File.Exists(folder)) throw new InputException($"--out: {folder} is a file, expected a folder.");
        AtomicFile.RequireWritable(folder);
        return new ResultFolder(folder, model);
    }

    /// <summary>The mask in the layout's colours.</summary>
    internal RgbImage Colored(LabelMap labels) => MaskColors.Paint(labels, model.Layout);

    /// <summary>Writes one picture: image, coloured mask, labels.</summary>
    internal void WritePicture(int index, Picture picture)
    {
        string name = $"{index:D6}.png";
        written.Add(name);
        PngCodec.Write(File("images", name), picture.Image);
        PngCodec.Write(File("masks", name), Colored(picture.Labels));
        AtomicFile.WriteBytes(File("labels", name), IndexPng.Encode(picture.Labels, model.Layout));
    }

    /// <summary>Writes pictures numbered from 0.</summary>
    internal void WritePictures(IReadOnlyList<Picture> pictures)
    {
        for (int i = 0; i < pictures.Count; i++) WritePicture(i, pictures[i]);
    }

    /// <summary>Writes <c>grid.png</c>: images beside masks.</summary>
    internal string WriteGrid(IReadOnlyList<Picture> pictures, int perRow)
    {
        string file = File("grid.png");
        PngCodec.Write(file, ImageGrid.Pairs([.. pictures.Select(p => p.Image)], [.. pictures.Select(p => Colored(p.Labels))], Math.Min(perRow, pictures.Count), scale: Scale));
        return file;
    }

    /// <summary>Writes <c>latents.npy</c>, then <c>settings.json</c>: the command line, every option's value with the defaults, and the model's fingerprint.</summary>
    internal void Finish(ParseResult parsed, torch.Tensor? codes = null, JsonObject? results = null)
    {
        if (codes is not null) Npy.Write(File("latents.npy"), codes);
        RemoveEarlierPictures();
        Command command = parsed.CommandResult.Command;
        JsonObject options = [];
        foreach (Option option in command.Options.Where(o => o is not System.CommandLine.Help.HelpOption).OrderBy(o => o.Name, StringComparer.Ordinal))
            options[option.Name.TrimStart('-')] = ToJson(parsed.GetResult(option)?.GetValueOrDefault<object?>());
        JsonObject settings = new()
        {
            ["command"] = command.Name,
            ["arguments"] = new JsonArray([.. parsed.Tokens.Select(t => (JsonNode)t.Value)]),
            ["options"] = options,
            ["model"] = model.Fingerprint,
            ["version"] = typeof(ResultFolder).Assembly.GetName().Version!.ToString(3),
        };
        if (results is not null) settings["results"] = results;
        AtomicFile.WriteText(File("settings.json"), settings.ToJsonString(StrictJson.Options) + "\n");
    }

    // Held until the process ends, in whatever way; leaves no file in the folder.
    private Mutex Claim()
    {
        string name = Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(System.Text.Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))));
        Mutex mutex = new(initiallyOwned: true, $@"Global\semantic-stylegan-{name}", out bool mine);
        return mine ? mutex : throw new InputException($"--out: another process is writing into {path}; wait for its end, or choose another folder.");
    }

    // Pictures of an earlier run with more of them, which settings.json would no longer tell of; nothing else is ever removed.
    private void RemoveEarlierPictures()
    {
        if (written.Count == 0 || !System.IO.File.Exists(File("settings.json"))) return;
        foreach (string file in PictureFolders.SelectMany(f => Directory.EnumerateFiles(File(f), "??????.png")))
            if (Path.GetFileNameWithoutExtension(file).All(char.IsAsciiDigit) && !written.Contains(Path.GetFileName(file))) System.IO.File.Delete(file);
    }

    private static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        string[] texts => new JsonArray([.. texts.Select(t => (JsonNode)t)]),
        _ => JsonSerializer.SerializeToNode(value, value.GetType(), StrictJson.Compact),
    };
}
