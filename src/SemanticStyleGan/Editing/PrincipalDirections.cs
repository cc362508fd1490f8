using System.Globalization;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>The directions in which w varies most (GANSpace, Härkönen et al. 2020), applied to chosen slots only.</summary>
public static class PrincipalDirections
{
    private const int Samples = 10_000;

    /// <summary>The first <paramref name="count"/> principal components of w, the strongest first; a step is one standard deviation.</summary>
    /// <param name="synthesizer">Gives the samples.</param>
    /// <param name="selection">The slots that move.</param>
    /// <param name="name">What the directions are called; their number follows.</param>
    /// <param name="count">How many, at most D.</param>
    /// <param name="seed">Seed of the samples.</param>
    public static IReadOnlyList<Direction> Find(Synthesizer synthesizer, PartSelection selection, string name, int count, long seed)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor z = randn([Samples, synthesizer.Model.Config.StyleSize], generator: new Generator((ulong)seed)).to(synthesizer.Model.Generator.Device);
        Tensor w = synthesizer.Model.Generator.Map(z).to(ScalarType.Float64);
        Tensor centred = w - w.mean([0]);
        (Tensor variances, Tensor axes) = linalg.eigh(matmul(centred.t(), centred) / Constant(Samples - 1)); // ascending
        double total = variances.sum().item<double>();
        Tensor mask = selection.Mask(w.device);
        return [.. Enumerable.Range(0, Math.Min(count, (int)variances.shape[0])).Select(i =>
        {
            long column = variances.shape[0] - 1 - i;
            double variance = Math.Max(0, variances[column].item<double>());
            Tensor axis = DirectionSign.Fix(axes.select(1, column));
            return new Direction($"{name}-{i}", (mask * axis * Constant(Math.Sqrt(variance))).to(ScalarType.Float32).MoveToOuterDisposeScope(), new Dictionary<string, string>
            {
                ["method"] = "principal components of w",
                ["varianceShare"] = (variance / total).ToString("0.####", CultureInfo.InvariantCulture),
            });
        })];
    }
}
