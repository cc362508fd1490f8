using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SemanticStyleGan.Editing;

/// <summary>
/// Moves chosen slots of W+ codes until a loss of what they synthesise is small: Adam with a learning rate that falls along a half cosine.
/// Slots that are not chosen, and the model's weights, are not changed.
/// </summary>
/// <param name="model">The model.</param>
public sealed class LatentOptimization(SemanticModel model)
{
    /// <summary>The first step's learning rate.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>Weight of the mean squared distance from the start, which keeps codes where the model knows them.</summary>
    public double Stay { get; init; } = 0.02;

    /// <summary>Optimises codes.</summary>
    /// <param name="start">Where it begins, W+ <c>[N, base + 2K, D]</c>.</param>
    /// <param name="selection">The slots that may change.</param>
    /// <param name="steps">Steps of Adam.</param>
    /// <param name="loss">A scalar of what the codes synthesise; called once a step.</param>
    /// <param name="name">What the progress says.</param>
    /// <param name="progress">Counts steps and reports the loss.</param>
    /// <param name="stop">Cancels between steps.</param>
    /// <returns>The codes <c>[N, base + 2K, D]</c>; slots that were not chosen are exactly those of <paramref name="start"/>.</returns>
    public Tensor Run(Tensor start, PartSelection selection, int steps, Func<GeneratorOutput, Tensor> loss, string name, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        using DisposeScope scope = NewDisposeScope();
        Parameter moved = new(start.detach().clone(), true);
        new LatentDescent(model.Generator, [moved], done => LearningRate * 0.5 * (1 + Math.Cos(Math.PI * done))).Run(name, steps, _ =>
            loss(model.Generator.Synthesize(selection.Replace(start, moved))).Plus(Constant(Stay) * (moved - start).pow(Constant(2)).mean()), progress, stop);
        return selection.Replace(start, moved.detach()).MoveToOuterDisposeScope();
    }
}
