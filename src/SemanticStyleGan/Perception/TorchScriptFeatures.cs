using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SemanticStyleGan.Perception;

/// <summary>
/// Features from a TorchScript file that the user has, such as an Inception network. Its <c>forward</c> takes pictures and gives features
/// <c>[N, D]</c> (or <c>[N, D, 1, 1]</c>), or features and class logits. One with a second argument, <c>return_features</c>, as StyleGAN's files have, gives
/// features where that is true and class probabilities otherwise.
/// </summary>
public sealed class TorchScriptFeatures : IFeatures
{
    private const int InceptionSize = 299;
    private readonly TorchScriptFile file;
    private readonly MeasureConvention? convention;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="convention">How an Inception network takes pictures; null for another one, which takes them in [-1, 1] and of any size.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InputException">There is no such file, or it is no TorchScript file.</exception>
    public TorchScriptFeatures(string path, MeasureConvention? convention, Device device)
    {
        file = new TorchScriptFile(path, "a TorchScript file of a feature network", device);
        this.convention = convention;
        Name = Path.GetFileName(path);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Fingerprint => $"{convention} {file.Fingerprint}";

    private bool Switches => file.Arguments >= 2;

    /// <inheritdoc/>
    /// <exception cref="InputException">The file's network gives something else.</exception>
    public Tensor Embed(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        object result = Switches ? file.Call(Prepare(pictures), true) : file.Call(Prepare(pictures));
        return Rows(First(result), pictures).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file's network gives something else.</exception>
    public Tensor? Classify(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        object result = file.Call(Prepare(pictures));
        Tensor? probabilities = Switches ? Rows(First(result), pictures) : Second(result) is { } logits ? F.softmax(Rows(logits, pictures), 1) : null;
        return probabilities?.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private Tensor Prepare(Tensor pictures) => convention switch
    {
        MeasureConvention.StyleGan => (pictures * Constant(127.5) + Constant(128)).clamp(Constant(0), Constant(255)).to(ScalarType.Byte),
        MeasureConvention.SemanticStyleGan => F.interpolate(pictures, size: [InceptionSize, InceptionSize], mode: InterpolationMode.Bilinear, align_corners: true),
        _ => pictures,
    };

    private Tensor Rows(Tensor result, Tensor pictures)
    {
        Tensor rows = result.to(ScalarType.Float32);
        return rows.dim() >= 2 && rows.shape[0] == pictures.shape[0] && rows.numel() == rows.shape[0] * rows.shape[1]
            ? rows.reshape(rows.shape[0], rows.shape[1])
            : throw file.Refuse($"gives [{string.Join(", ", rows.shape)}] for {pictures.shape[0]} pictures, expected a row of features for each.");
    }

    private Tensor First(object result) => result switch
    {
        Tensor tensor => tensor,
        Tensor[] { Length: >= 1 } several => several[0],
        ValueTuple<Tensor, Tensor> pair => pair.Item1,
        _ => throw file.Refuse($"gives a {result.GetType().Name}, expected a tensor or a pair of features and class logits."),
    };

    private static Tensor? Second(object result) => result switch
    {
        Tensor[] { Length: >= 2 } several => several[1],
        ValueTuple<Tensor, Tensor> pair => pair.Item2,
        _ => null,
    };
}
