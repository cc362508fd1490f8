using System.Globalization;
using SemanticStyleGan.Benchmarking;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Onnx;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Benchmarks;

/// <summary>Synthesis by ONNX Runtime beside libtorch with the library's kernels, by turns in one process: <c>SemanticStyleGan.Benchmarks onnx [THREADS]</c>.</summary>
internal static class OnnxBenchmark
{
    private const string Bundled = "bundled";

    internal static void Run(int threads)
    {
        set_num_threads(threads);
        Console.WriteLine($"{threads} threads; medians of a batch, by the clock and (of processor time)\n| model | batch | turns | ONNX Runtime | libtorch | libtorch / ONNX (processor) | largest difference |\n|---|---:|---:|---:|---:|---:|---:|");
        foreach ((string preset, int batch, int turns) in new[] { (Bundled, 1, 101), (Bundled, 8, 31), ("celebamask256", 1, 9), ("celebamask256", 4, 5) })
        {
            using SemanticModel model = preset == Bundled ? ModelSource.Open(null, CPU) : Random(TrainingConfig.Presets[preset].Generator);
            Measure(model, preset, batch, turns, threads);
        }
    }

    private static SemanticModel Random(GeneratorConfig config) =>
        new(BenchmarkWeights.Generator(config), SemanticLayout.Unnamed(config.Parts, config.TransparentParts), zeros(config.StyleSize));

    private static void Measure(SemanticModel model, string name, int batch, int turns, int threads)
    {
        string folder = Directory.CreateTempSubdirectory("semantic-stylegan-benchmark-").FullName;
        try
        {
            OnnxExport.Write(model, folder);
            using OnnxModel onnx = OnnxModel.Open(folder, threads);
            Synthesizer synthesizer = new(model);
            using Tensor codes = model.Generator.Latents.Broadcast(synthesizer.Codes(1, batch, 0.7)).contiguous();
            CodeArray plain = new(codes.data<float>().ToArray(), model.Config);
            float[] image = [];
            BenchmarkTime Torch() => BenchmarkTime.Of(() => synthesizer.Synthesize(codes, (_, output) => image = output.Image.contiguous().data<float>().ToArray()));
            OnnxOutput? made = null;
            BenchmarkTime Onnx() => BenchmarkTime.Of(() => made = onnx.Synthesize(plain));
            for (int i = 0; i < 3; i++) _ = (Torch(), Onnx());
            (BenchmarkTime Onnx, BenchmarkTime Torch)[] times = [.. Enumerable.Range(0, turns).Select(_ => (Onnx(), Torch()))];
            double difference = image.Zip(made!.Image, (a, b) => Math.Abs(a - b)).Max();
            double Median(Func<(BenchmarkTime Onnx, BenchmarkTime Torch), double> of) => times.Select(of).Order().ElementAt(turns / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name}, {model.Config.ImageSize}² | {batch} | {turns} | {Median(t => t.Onnx.Milliseconds):0.0} ms ({Median(t => t.Onnx.ProcessorMilliseconds):0.0}) | {Median(t => t.Torch.Milliseconds):0.0} ms ({Median(t => t.Torch.ProcessorMilliseconds):0.0}) | {Median(t => t.Torch.ProcessorMilliseconds / t.Onnx.ProcessorMilliseconds):0.00} | {difference:0.0e+0} |"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
