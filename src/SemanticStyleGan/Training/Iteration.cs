using SemanticStyleGan.Data;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Training;

/// <summary>One iteration of training on this rank: every phase that is due, on this rank's slices of the batch, then the moving average.</summary>
internal sealed class Iteration(TrainingState state, IReadOnlyList<Phase> phases, IReadOnlyList<BatchSlice> slices, ProcessGroup group)
{
    private readonly TrainingConfig config = state.Config;
    private readonly HashSet<object> held = new((IEnumerable<object>)[
        .. state.Config.FreezeLocalGenerators ? state.Generator.WithLocalGenerators("freezing local generators").LocalParameters() : [],
        .. state.Config.MasksOnly ? state.Generator.WithLocalGenerators("learning masks only").PictureParameters() : [],
        .. state.Discriminator.Highest(state.Config.FreezeDiscriminator)], ReferenceEqualityComparer.Instance);

    /// <summary>Makes one. Returns whether any rank wants to stop.</summary>
    /// <param name="loader">Gives this rank's part of the batch.</param>
    /// <param name="note">Takes named scalars, means over the batch.</param>
    /// <param name="wantsToStop">Whether this rank does.</param>
    /// <exception cref="InputException">A loss is not finite; no weight was changed by it.</exception>
    internal bool Run(BatchLoader loader, Action<string, double> note, Func<bool> wantsToStop)
    {
        using DisposeScope scope = NewDisposeScope();
        Batch batch = loader.Next();
        (Device device, ScalarType type) = (state.PathLengthMean.device, state.PathLengthMean.dtype);
        Tensor image = batch.Image.to(type, device);
        Tensor? mask = config.ImageOnly ? null : MaskTensors.OneHot(batch.Labels!.to(device), config.Generator.Parts).to(type);
        bool stop = false;
        for (int i = 0; i < phases.Count; i++)
            if (phases[i].RunsIn(state.Iteration, state.ImagesSeen))
                stop |= RunPhase(i, image, mask, note, wantsToStop());
        if (state.Augmentation.IsOn) note("augmentation", state.Augmentation.Probability);
        state.ImagesSeen += config.BatchSize;
        if (group.IsFirst) MoveAverage();
        return stop;
    }

    private bool RunPhase(int index, Tensor image, Tensor? mask, Action<string, double> note, bool wantsToStop)
    {
        using DisposeScope scope = NewDisposeScope();
        Phase phase = phases[index];
        foreach (nn.Module network in state.Networks)
            foreach (Tensor parameter in network.parameters())
                parameter.requires_grad = phase.Networks.Contains(network) && !held.Contains(parameter);
        foreach (Adam optimizer in phase.Optimizers) optimizer.ZeroGradients();

        StepScalars scalars = new();
        StepInput[] inputs = [.. slices.Select((slice, i) => new StepInput(slice, Part(image, i), mask is null ? null : Part(mask, i),
            new SampleRandom(config.Seed, state.ImagesSeen, index, slice), (name, value) => scalars.Add(name, value / slice.Count)))];
        scalars.Add(phase.Name, AddGradients(phase.Losses(inputs), inputs[0].Slice.Count));
        scalars.Add(Stopping, wantsToStop ? 1 : 0);
        foreach (StepInput input in inputs) input.Random.Dispose();
        GradientSum.Over(group, phase.Networks, scalars);

        double loss = scalars[phase.Name];
        if (!double.IsFinite(loss))
            throw new InputException($"the loss '{phase.Name}' is {loss} after {state.ImagesSeen} images; the last checkpoint is intact: continue from it with a lower learning rate or a stronger R1 in another folder.");
        foreach ((string name, double value) in scalars.Named.Where(s => s.Name != Stopping))
        {
            note(name, value);
            if (name == AdaptiveAugmentation.Signal) state.Augmentation.Observe(value, config.BatchSize);
        }
        foreach (Adam optimizer in phase.Optimizers)
        {
            optimizer.Step();
            optimizer.ZeroGradients();
        }
        return scalars[Stopping] > 0;
    }

    private const string Stopping = "stopping";

    // Slice i of this rank has every so-manieth of the rank's samples, see BatchSlice.
    private Tensor Part(Tensor values, int i) => slices.Count == 1 ? values : values.slice(0, i, values.shape[0], slices.Count).contiguous();

    /// <summary>Takes the losses' gradients, each before the next loss, divided by the number of <paramref name="slices"/>; returns the sum.</summary>
    internal static double AddGradients(IEnumerable<Tensor> losses, int slices)
    {
        double sum = 0;
        using IEnumerator<Tensor> each = losses.GetEnumerator();
        while (true)
        {
            using DisposeScope scope = NewDisposeScope();
            if (!each.MoveNext()) return sum;
            Tensor loss = each.Current;
            if (slices > 1) loss = loss / Constant(slices);
            sum += loss.to(ScalarType.Float64).item<double>();
            loss.backward();
        }
    }

    private void MoveAverage()
    {
        double halfLife = config.EmaRampUp > 0 ? Math.Min(config.EmaHalfLifeImages, config.EmaRampUp * state.ImagesSeen) : config.EmaHalfLifeImages;
        ExponentialMovingAverage.Update(state.Average, state.Generator, config.BatchSize, halfLife);
    }
}
