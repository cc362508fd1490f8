using System.Text.Json;
using System.Text.Json.Nodes;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>
/// Reads the semantic parts off images, and gives features of them for perceptual losses and distances. Stored as one safetensors file with
/// configuration, layout and provenance in its header.
/// </summary>
public sealed class Parser : IDisposable
{
    /// <summary>The value of <c>format</c> in the header of a parser file.</summary>
    public const string Format = "semantic-stylegan-parser";

    /// <summary>A parser of its pieces; owns the network.</summary>
    /// <exception cref="InputException">The layout has another number of classes than the network.</exception>
    public Parser(ParserNetwork network, SemanticLayout layout, JsonObject? provenance = null)
    {
        if (layout.Count != network.Config.Classes)
            throw new InputException($"layout '{layout.Name}' has {layout.Count} classes, the parser {network.Config.Classes}; expected the same number.");
        (Network, Layout, Provenance) = (network, layout, provenance ?? []);
    }

    /// <summary>The network.</summary>
    public ParserNetwork Network { get; }

    /// <summary>The sizes.</summary>
    public ParserConfig Config => Network.Config;

    /// <summary>The classes.</summary>
    public SemanticLayout Layout { get; }

    /// <summary>Where the parser comes from: data, images seen, measured agreement; free to hold anything.</summary>
    public JsonObject Provenance { get; }

    /// <summary>
    /// Logits <c>[N, K, H, W]</c> of the classes of images <c>[N, 3, H, W]</c> in [-1, 1]; differentiable. Images of another size than <see cref="ParserConfig.ImageSize"/> are
    /// read at this one, as parts twice as large are other parts to it, and the logits are brought back.
    /// </summary>
    /// <exception cref="InputException">Another shape.</exception>
    public Tensor Logits(Tensor images)
    {
        int own = Config.ImageSize;
        if (images.shape is not [_, _, var height, var width] || (height == own && width == own)) return Network.Forward(images);
        using DisposeScope scope = NewDisposeScope();
        // A mean over areas where there is more than is read, so that no pixel is passed over.
        Tensor resized = height >= own && width >= own ? F.adaptive_avg_pool2d(images, [own, own]) : F.interpolate(images, [own, own], mode: InterpolationMode.Bilinear, align_corners: false);
        return F.interpolate(Network.Forward(resized), [height, width], mode: InterpolationMode.Bilinear, align_corners: false).MoveToOuterDisposeScope();
    }

    /// <summary>Features of images <c>[N, 3, H, W]</c> in [-1, 1] at the image's size and each halving of it: <c>[N, C_i, H/2^i, W/2^i]</c>; differentiable. Of other sizes than <see cref="ParserConfig.ImageSize"/> they are those of the images as they are.</summary>
    /// <exception cref="InputException">The size is no multiple of <see cref="ParserConfig.SizeMultiple"/>.</exception>
    public IReadOnlyList<Tensor> FeatureMaps(Tensor images) => Network.Encode(images);

    /// <summary>One vector an image: the means over pixels of all <see cref="FeatureMaps"/>, joined <c>[N, ΣC_i]</c>.</summary>
    /// <exception cref="InputException">The size is no multiple of <see cref="ParserConfig.SizeMultiple"/>.</exception>
    public Tensor Embedding(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return cat([.. FeatureMaps(images).Select(m => m.mean([2, 3]))], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the parser; whole or not at all.</summary>
    /// <param name="path">A <c>.safetensors</c> file.</param>
    /// <param name="half">Store float16 instead of float32.</param>
    /// <exception cref="InputException">The file can't be written.</exception>
    public void Save(string path, bool half = false) => Safetensors.Write(path, Weights.Of(Network), new Dictionary<string, string>
    {
        ["format"] = Format,
        ["config"] = JsonSerializer.Serialize(Config, StrictJson.Compact),
        ["layout"] = Layout.ToJson().ToJsonString(),
        ["provenance"] = Provenance.ToJsonString(),
    }, half);

    /// <summary>Reads a file that <see cref="Save"/> wrote; its weights take no gradients.</summary>
    /// <exception cref="CheckpointFormatException">It is no parser, damaged, or its weights don't fit its configuration.</exception>
    public static Parser Load(string path, Device? device = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModelHeader header = new(file, path);
        header.RequireFormat(Format, "parser");
        ParserConfig config = CheckpointFormatException.Naming(path, header.Read<ParserConfig>("config").Validate);
        SemanticLayout layout = header.ReadLayout();
        // A header can claim any size: names and shapes are compared on the meta device before memory is taken.
        using (ParserNetwork shapes = new(config, Initializer.Meta)) Weights.RequireFit(shapes, file, path);
        ParserNetwork network = new(config, Initializer.ForLoading(device ?? CPU));
        try
        {
            Weights.Load(network, file, path);
            foreach (Tensor parameter in network.parameters()) parameter.requires_grad = false;
            return CheckpointFormatException.Naming(path, () => new Parser(network, layout, header.Read<JsonObject>("provenance")));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
