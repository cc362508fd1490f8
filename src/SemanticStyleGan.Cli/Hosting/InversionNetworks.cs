using System.CommandLine;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using static TorchSharp.torch;

namespace SemanticStyleGan.Cli.Hosting;

/// <summary>The networks that <c>invert</c> may use besides the model: an encoder for the first codes, a parser for features and masks.</summary>
internal sealed class InversionNetworks : IDisposable
{
    private readonly SemanticModel model;
    private readonly PictureEncoder? encoder;
    private readonly Parser? parser;
    private readonly TorchScriptMaps? maps;

    internal InversionNetworks(ParseResult parsed, SemanticModel model, string? modelName)
    {
        this.model = model;
        encoder = OpenEncoder(parsed.GetValue(Encoder), modelName);
        parser = parsed.GetValue(ParserName) switch
        {
            null => ParserSource.Bundled.Contains(ParserSource.Default) ? ParserSource.Open(null, model.Generator.Device) : null,
            "none" => null,
            string name => ParserSource.Open(name, model.Generator.Device),
        };
        if (parsed.GetValue(FeatureFile) is { } file) maps = new TorchScriptMaps(file, model.Generator.Device);
    }

    /// <summary><c>--encoder</c>.</summary>
    internal static Option<string?> Encoder { get; } =
        new("--encoder") { Description = $"An encoder whose guess is the start: a file that 'train-encoder' wrote, or none (default: {PictureEncoder.FileName} beside the model).", HelpName = "FILE|none" };

    /// <summary><c>--parser</c>.</summary>
    internal static Option<string?> ParserName { get; } =
        new("--parser") { Description = "The parser whose features are compared, and which finds masks and faces: a file, a bundled parser's name, or none (default: the bundled one).", HelpName = "PARSER|none" };

    /// <summary><c>--features</c>.</summary>
    internal static Option<string?> FeatureFile { get; } =
        new("--features") { Description = "A TorchScript file of a feature network, such as LPIPS' VGG16, whose features are compared instead of the parser's.", HelpName = "FILE" };

    /// <summary>The feature maps that are compared; null without a file and a parser.</summary>
    internal Func<Tensor, IReadOnlyList<Tensor>>? Features => maps is not null ? maps.Of : parser is not null ? parser.FeatureMaps : null;

    /// <summary>The parser where its classes are the model's.</summary>
    internal Parser? Masks => parser is not null && parser.Layout.Equals(model.Layout) ? parser : null;

    /// <summary>How squares are cut out of pictures: <c>auto</c>, <c>face</c> or <c>centre</c>.</summary>
    internal PictureCrop Crop(string how)
    {
        if (how == "face" && Masks is null) throw new InputException("--crop face: needs a parser with the model's classes; use --crop centre.");
        if (how == "centre" || Masks is null) return PictureCrop.Centre;
        FaceCrop face = new(model, Masks);
        return how == "face" ? face : PictureCrop.WholeIfSquare(face);
    }

    /// <summary>The first codes of pictures, whose masks are given where they are known; null for the mean code.</summary>
    internal Tensor? Start(Tensor images, Tensor? labels) => encoder?.Encode(images, model, labels);

    public void Dispose()
    {
        encoder?.Dispose();
        parser?.Dispose();
        maps?.Dispose();
    }

    private PictureEncoder? OpenEncoder(string? name, string? modelName)
    {
        if (name == "none") return null;
        if (name is not null) return PictureEncoder.Load(name, model);
        if (PictureEncoder.Beside(modelName) is not { } beside) return null;
        try
        {
            return PictureEncoder.Load(beside, model);
        }
        catch (InputException e)
        {
            Console.Error.WriteLine($"warning: {e.Message} Inversion begins at the mean code.");
            return null;
        }
    }
}
