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
        (int k, int l, int d) = (model.Config.Parts, model.Config.LocalLayers, model.Config.StyleSize);
        Tensor affine = Weights.Of(model.Generator)["local.affine_weight"].to(ScalarType.Float64).view(k * l, -1, d); // [K·L, C, D]
        Tensor layers = model.Generator.Latents.Expand(arange(model.Config.LatentSlots, ScalarType.Float32).view(1, -1, 1).expand(1, model.Config.LatentSlots, d))[0].select(1, 0);
        Tensor rows = affine.index_select(0, layers.eq(slot).nonzero().flatten().to(affine.device)).flatten(0, 1);     // [rows, D]
        (Tensor strengths, Tensor axes) = linalg.eigh(matmul(rows.t(), rows));
        double total = strengths.sum().item<double>(), length = Spread(model) * Math.Sqrt(d);
        string name = model.Generator.Latents.SlotName(slot, model.Layout).Replace('.', '-');
        return [.. Enumerable.Range(0, Math.Min(count, d)).Select(i =>
        {
            Tensor step = zeros(model.Config.LatentSlots, d, device: affine.device);
            step[slot] = (DirectionSign.Fix(axes.select(1, d - 1 - i)) * length).to(ScalarType.Float32);
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
        return (model.Generator.Mapping.Forward(z) - model.MeanLatent).square().mean().sqrt().ToDouble();
    }
}
