using System.Text.Json;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Metrics;

/// <summary>What an <see cref="Evaluation"/> found.</summary>
/// <param name="Model">The model's fingerprint.</param>
/// <param name="ImagesSeen">How many images its training had seen, where its file says so.</param>
/// <param name="Data">What the real pictures are.</param>
/// <param name="Parser">The parser's name and fingerprint; null without one.</param>
/// <param name="Generated">How many pictures were generated.</param>
/// <param name="Real">How many pictures a real set has.</param>
/// <param name="Settings">The options.</param>
/// <param name="Rows">All values.</param>
/// <param name="LeftOut">What was not measured, and why.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record EvaluationReport(
    string Model, long? ImagesSeen, string Data, string? Parser, int Generated, int Real, EvaluationOptions Settings,
    IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<string> LeftOut, double Seconds)
{
    /// <summary>The name of the file that <see cref="Write"/> makes for programs.</summary>
    public const string FileName = "report.json";

    /// <summary>The row of a measure.</summary>
    public EvaluationRow? Find(string measure, string? part = null) => Rows.FirstOrDefault(r => r.Measure == measure && r.Part == part);

    /// <summary>Reads the <c>report.json</c> of a folder.</summary>
    /// <exception cref="InputException">There is none, or it is something else.</exception>
    public static EvaluationReport Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new InputException($"{folder}: has no {FileName}, expected the folder of an evaluation.");
        try
        {
            return JsonSerializer.Deserialize<EvaluationReport>(File.ReadAllText(path), StrictJson.Options) ?? throw new InputException($"{path}: is empty.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: no report of an evaluation: {e.Message}", e);
        }
    }

    /// <summary>Writes <c>report.json</c> and, for people, <c>report.md</c> with plots and grids beside it.</summary>
    /// <param name="folder">Where; made if it does not exist.</param>
    /// <param name="pictures">Grids by file name.</param>
    /// <param name="earlier">Reports of the same model at other times, for a curve over training.</param>
    /// <exception cref="InputException">The folder can't be written.</exception>
    public void Write(string folder, IReadOnlyDictionary<string, RgbImage> pictures, IReadOnlyList<EvaluationReport>? earlier = null)
    {
        foreach ((string name, RgbImage picture) in pictures) PngCodec.Write(Path.Combine(folder, name), picture);
        bool curve = EvaluationCurve.Write([.. earlier ?? [], this], folder);
        string[] shown = [.. curve ? [EvaluationCurve.FileName] : Array.Empty<string>(), .. EvaluationPlots.Write(this, folder), .. pictures.Keys];
        AtomicFile.WriteText(Path.Combine(folder, "report.md"), EvaluationText.Of(this, shown));
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, StrictJson.Options) + "\n");
    }
}
