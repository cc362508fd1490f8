using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = SemanticStyleGan.Optimization.Adam;

namespace SemanticStyleGan.Editing;

/// <summary>Adam on a few tensors with a schedule of learning rates, the generator's other weights held: what painting masks, inverting pictures and tuning weights share.</summary>
/// <param name="generator">The generator that the loss goes through.</param>
/// <param name="moved">What is fitted.</param>
/// <param name="rate">The learning rate, of the share of steps that are done, 0 to 1.</param>
internal sealed class LatentDescent(CompositionalGenerator generator, IReadOnlyList<Parameter> moved, Func<double, double> rate)
{
    private const double Beta1 = 0.8, Beta2 = 0.99;

    /// <summary>Takes <paramref name="steps"/> steps down the loss that <paramref name="loss"/> gives at each, a scalar.</summary>
    /// <exception cref="InputException">The loss is no longer finite.</exception>
    internal void Run(string stage, int steps, Func<int, Tensor> loss, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        using FrozenWeights frozen = new(generator, moved);
        using IDisposable gradients = enable_grad();
        using Adam adam = new(moved.Select((parameter, i) => ($"{i}", parameter)), rate(0), Beta1, Beta2);
        for (int step = 0; step < steps; step++)
        {
            stop.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            adam.LearningRate = rate((double)step / steps);
            Tensor value = loss(step);
            double number = value.to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(number)) throw new InputException($"{stage}: the loss is {number} at step {step}; use a lower learning rate.");
            adam.ZeroGradients();
            value.backward();
            adam.Step();
            progress?.Report(new WorkProgress(stage, step + 1, steps, "steps", $"loss {number:0.000}"));
        }
    }
}
