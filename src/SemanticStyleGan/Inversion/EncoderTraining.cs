using System.Diagnostics;
using System.Text.Json.Nodes;
using SemanticStyleGan.Data;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using Adam = SemanticStyleGan.Optimization.Adam;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Trains an encoder to correct its own guesses: of pictures of a data set and of the model's own samples. Every step lowers the distance of the reconstructions after one
/// correction, and takes these as the guesses that are corrected next.
/// </summary>
/// <param name="model">The model; its weights are not changed.</param>
/// <param name="config">How to train.</param>
public sealed class EncoderTraining(SemanticModel model, EncoderTrainingConfig config)
{
    private readonly EncoderTrainingConfig config = config.Validate();

    /// <summary>Trains. When time is up or it is stopped, the encoder is what it has become until then.</summary>
    /// <param name="data">Pictures of the model's size; null for the model's samples only.</param>
    /// <param name="start">An encoder whose weights it begins with, for example that of an earlier state of the model; null for fresh ones.</param>
    /// <param name="limit">The learning rate falls so that it ends with the steps or with this time, whichever is first.</param>
    /// <param name="progress">Counts steps and reports the error.</param>
    /// <param name="stop">Ends early.</param>
    /// <exception cref="InputException">Data that do not fit, or a loss that is no longer finite.</exception>
    public PictureEncoder Train(ISampleSource? data, PictureEncoder? start = null, TimeSpan? limit = null, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        if (data is not null && data.Size != model.Config.ImageSize)
            throw new InputException($"{data.Description}: images of {data.Size}×{data.Size}, expected the model's {model.Config.ImageSize}×{model.Config.ImageSize}.");
        EncoderNetwork network = new(start?.Network.Config ?? EncoderConfig.For(model.Config), new Initializer(config.Seed, model.Generator.Device));
        if (start is not null) Weights.Load(network, Weights.Of(start.Network), "the first encoder");
        using DisposeScope scope = NewDisposeScope();
        using FrozenWeights frozen = new(model.Generator);
        using PictureGroups groups = new(model, config, data);
        using Adam adam = new(network, config.LearningRate, beta1: 0.9);
        Stopwatch clock = Stopwatch.StartNew();
        double error = double.NaN;
        int step = 0;
        for (double done = 0; done < 1 && !stop.IsCancellationRequested; done = Math.Max(++step / (double)config.Steps, limit is { } l ? clock.Elapsed / l : 0))
        {
            using DisposeScope stepScope = NewDisposeScope();
            adam.LearningRate = config.LearningRate * Math.Min(1, (step + 1) / 50.0) * 0.5 * (1 + Math.Cos(Math.PI * done));
            adam.ZeroGradients();
            double loss = AddGradients(network, groups, step, stop);
            if (!double.IsFinite(loss)) throw new InputException($"the encoder's loss is no longer finite after {step} steps; use a lower learning rate.");
            adam.Step();
            error = double.IsNaN(error) ? loss : 0.98 * error + 0.02 * loss;
            progress?.Report(new WorkProgress("training the encoder", step + 1, config.Steps, "steps", $"error {error:0.000}"));
        }
        foreach (Tensor parameter in network.parameters()) parameter.requires_grad = false;
        return new PictureEncoder(network, model.Fingerprint, new JsonObject
        {
            ["steps"] = step,
            ["stepsBefore"] = start is null ? 0 : (int?)start.Provenance["stepsBefore"] + (int?)start.Provenance["steps"],
            ["data"] = data?.Description,
            ["seed"] = config.Seed,
            ["error"] = double.IsFinite(error) ? Math.Round(error, 4) : null,
        });
    }

    // Adds the gradients of one batch and returns its error: the mean distance of its reconstructions.
    private double AddGradients(EncoderNetwork network, PictureGroups groups, int step, CancellationToken stop)
    {
        PictureGroup group = groups.Of(step, stop);
        Tensor improved = group.Guess.Improved(group.Target.Images, network);
        // The gradient in the codes is wanted for the next guess too, so it is taken there and passed on to the network.
        Tensor codes = improved.detach().requires_grad_();
        GeneratorOutput output = model.Generator.Synthesize(codes);
        Tensor distance = group.Target.Distance(output); // [N]
        distance.sum().backward();
        // Of the logarithm of each distance: the last corrections of a good guess count as much as the first of a bad one.
        Tensor loss = (improved * (codes.grad! / distance.view(-1, 1, 1)).detach()).sum([1, 2]).mean();
        if (group.Codes is { } known && config.CodeWeight > 0)
            loss = loss.Plus((improved - known).pow(Constant(2)).mean() / (known - model.MeanLatent).pow(Constant(2)).mean() * Constant(config.CodeWeight));
        loss.backward();
        groups.Advance(step, new Guess(improved.detach(), output.Image.detach(), output.CoarseMask.detach(), codes.grad!));
        return distance.mean().to(ScalarType.Float64).item<double>();
    }
}
