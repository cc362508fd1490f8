using System.Diagnostics;
using System.Text.Json.Nodes;
using SemanticStyleGan.Data;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = SemanticStyleGan.Optimization.Adam;

namespace SemanticStyleGan.Inversion;

/// <summary>
/// Trains an encoder: on the model's own samples, whose codes are known, by the distance of the codes; on pictures of a data set by the distance of
/// the reconstruction in colours and, where there are masks, in the mask.
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
    /// <param name="progress">Counts steps and reports both errors.</param>
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
        using Generator random = new((ulong)config.Seed);
        using SamplePool pool = new(model, config.PoolSize, random);
        using BatchLoader? loader = data is null || config.PictureInterval == 0 ? null : new(data, new BatchLoaderOptions { BatchSize = config.PictureBatchSize, Seed = config.Seed, Mirror = true });
        using Adam adam = new(network, config.LearningRate, beta1: 0.9);
        bool masks = data?.Layout is { } layout && layout.Equals(model.Layout);
        Stopwatch clock = Stopwatch.StartNew();
        double codeError = double.NaN, pictureError = double.NaN;
        int step = 0;
        for (double done = 0; done < 1 && !stop.IsCancellationRequested; done = Math.Max(++step / (double)config.Steps, limit is { } l ? clock.Elapsed / l : 0))
        {
            using DisposeScope stepScope = NewDisposeScope();
            adam.LearningRate = config.LearningRate * Math.Min(1, (step + 1) / 50.0) * 0.5 * (1 + Math.Cos(Math.PI * done));
            using (no_grad()) pool.Renew(pool.Count == 0 ? config.BatchSize : config.Fresh);
            Tensor loss = CodeLoss(network, pool);
            codeError = Smoothed(codeError, loss);
            if (loader is not null && step % config.PictureInterval == 0)
            {
                Tensor pictures = PictureLoss(network, loader.Next(stop), masks, random);
                pictureError = Smoothed(pictureError, pictures);
                loss = loss.Plus(pictures * Constant(config.PictureWeight));
            }
            if (!double.IsFinite(loss.to(ScalarType.Float64).item<double>())) throw new InputException($"the encoder's loss is no longer finite after {step} steps; use a lower learning rate.");
            adam.ZeroGradients();
            loss.backward();
            adam.Step();
            progress?.Report(new WorkProgress("training the encoder", step + 1, config.Steps, "steps", $"codes {codeError:0.000} pictures {pictureError:0.000}"));
        }
        foreach (Tensor parameter in network.parameters()) parameter.requires_grad = false;
        return new PictureEncoder(network, model.Fingerprint, new JsonObject
        {
            ["steps"] = step,
            ["stepsBefore"] = start is null ? 0 : (int?)start.Provenance["stepsBefore"] + (int?)start.Provenance["steps"],
            ["data"] = data?.Description,
            ["seed"] = config.Seed,
            ["codeError"] = Finite(codeError),
            ["pictureError"] = Finite(pictureError),
        });
    }

    // The mean squared error in units of the variance that samples have: about 1 for the mean code.
    private Tensor CodeLoss(EncoderNetwork network, SamplePool pool)
    {
        (Tensor rows, Tensor images, Tensor codes, Guess guess) = pool.Draw(config.BatchSize);
        Tensor improved = guess.Improved(images, network);
        Tensor loss = (improved - codes).pow(Constant(2)).mean() / (codes - model.MeanLatent).pow(Constant(2)).mean();
        using IDisposable _ = no_grad();
        if (config.Advanced > 0) pool.Advance(rows.narrow(0, 0, config.Advanced), improved.detach().narrow(0, 0, config.Advanced));
        return loss;
    }

    // One of the first guesses, drawn anew each time, is the one that is judged.
    private Tensor PictureLoss(EncoderNetwork network, Batch batch, bool masks, Generator random)
    {
        Tensor images = batch.Image.to(model.Generator.Device);
        Guess guess;
        using (no_grad())
        {
            guess = Guess.Mean(model, images.shape[0]);
            long before = randint(0, PictureEncoder.Iterations, [1], ScalarType.Int64, generator: random).item<long>();
            for (long i = 0; i < before; i++) guess = guess.Next(images, network, model.Generator);
        }
        GeneratorOutput output = model.Generator.Synthesize(guess.Improved(images, network));
        Tensor loss = PixelPyramidLoss.Compute(output.Image, images).mean();
        if (!masks) return loss;
        Tensor wanted = (MaskTensors.OneHot(batch.Labels!.to(images.device), model.Config.Parts) + Constant(1)) / Constant(2);
        return loss.Plus(MaskFitLoss.Compute(output, wanted, weights: MaskFitLoss.Balance(wanted)).mean() * Constant(config.MaskWeight));
    }

    private static double Smoothed(double before, Tensor value) => double.IsNaN(before) ? value.to(ScalarType.Float64).item<double>() : 0.98 * before + 0.02 * value.to(ScalarType.Float64).item<double>();

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;
}
