using System.Globalization;
using SemanticStyleGan.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>
/// Closed-form factorisation (SeFa, Shen and Zhou 2021) slot by slot: the directions that change the modulation of the slot's layers most are
/// the leading eigenvectors of AᵀA, A their affine weights. No samples are needed.
/// </summary>
public static class FactorizedDirections
{
    /// <summary>The first <paramref name="count"/> directions of one slot, the strongest first.</summary>
    /// <param name="model">The model.</param>
    /// <param name="slot">A slot of W+; a base slot takes the affine weights of all parts that it reaches.</param>
    /// <param name="count">How many, at most D.</param>
    /// <remarks>A step is as long as a sample is typically away from the mean, so a strength of 1 is about as much as a sample can differ.</remarks>
    public static IReadOnlyList<Direction> Find(SemanticModel model, int slot, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        int d = model.Config.StyleSize;
        Tensor rows = model.Generator.CodeWeights(slot).to(ScalarType.Float64); // [rows, D]
        (Tensor strengths, Tensor axes) = linalg.eigh(matmul(rows.t(), rows));
        double total = strengths.sum().item<double>(), length = Spread(model) * Math.Sqrt(d);
        string name = model.Generator.Latents.SlotName(slot, model.Layout).Replace('.', '-');
        return [.. Enumerable.Range(0, Math.Min(count, d)).Select(i =>
        {
            Tensor step = zeros(model.Config.LatentSlots, d, device: rows.device);
            step[slot] = (DirectionSign.Fix(axes.select(1, d - 1 - i)) * Constant(length)).to(ScalarType.Float32);
            return new Direction($"{name}-{i}", step.MoveToOuterDisposeScope(), new Dictionary<string, string>
            {
                ["method"] = "closed-form factorisation",
                ["strengthShare"] = (strengths[d - 1 - i].item<double>() / total).ToString("0.####", CultureInfo.InvariantCulture),
            });
        })];
    }

    // The standard deviation of w's entries.
    private static double Spread(SemanticModel model)
    {
        Tensor z = randn([1000, model.Config.StyleSize], generator: new Generator(0)).to(model.Generator.Device);
        return (model.Generator.Map(z) - model.MeanLatent).pow(Constant(2)).mean().sqrt().to(ScalarType.Float64).item<double>();
    }
}
