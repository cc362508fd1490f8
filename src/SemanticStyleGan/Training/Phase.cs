using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>One of the optimisation steps that an iteration consists of (system of StyleGAN2: main and lazy regularisation phases).</summary>
/// <param name="Name">What the log calls its loss.</param>
/// <param name="Interval">The phase runs in every so many iterations.</param>
/// <param name="Network">The network that it moves; the other is held.</param>
/// <param name="Optimizer">That network's optimiser.</param>
/// <param name="Loss">The loss, a scalar, weighted; notes what is worth logging.</param>
internal sealed record Phase(string Name, int Interval, nn.Module Network, Adam Optimizer, Func<StepInput, Tensor> Loss)
{
    /// <summary>Whether the phase takes part in an iteration.</summary>
    public bool RunsIn(long iteration) => Interval > 0 && iteration % Interval == 0;
}

/// <summary>What a phase may use in one iteration.</summary>
/// <param name="Image">Real images <c>[N, 3, R, R]</c> in [-1, 1].</param>
/// <param name="Mask">Real masks <c>[N, K, R, R]</c>: 1 for the pixel's class, −1 for the others.</param>
/// <param name="Random">All randomness of the iteration.</param>
/// <param name="Note">Takes named scalars for the log.</param>
internal sealed record StepInput(Tensor Image, Tensor Mask, Generator Random, Action<string, Tensor> Note);
