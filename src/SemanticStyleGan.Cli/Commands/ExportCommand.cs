using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Networks;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>export onnx</c>: a model for programs without libtorch.</summary>
internal static class ExportCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = CommonOptions.OutFolder("Folder for mapping.onnx, synthesis.onnx and model.json; made if it does not exist.");
    private static readonly Option<bool> Half = new("--half") { Description = "Store weights as float16: half the size, rounded to 11 bits." };
    private static readonly Option<int> Opset = CommonOptions.Integer("--opset", "Version of the ONNX operator set.", OnnxExport.DefaultOpset, OnnxExport.OldestOpset, OnnxExport.NewestOpset);
    private static readonly Option<bool> Overwrite = CommonOptions.Overwrite();

    public static Command Create() => new("export", "Write a model in a format of other programs.")
    {
        new Command("onnx", "Write mapping and synthesis network as ONNX files, see docs/onnx.md.") { Model, Out, Half, Opset, Overwrite }.Runs(Run).WithExamples(
            "semantic-stylegan export onnx --out out/onnx",
            "semantic-stylegan export onnx --model runs/faces --half --out out/onnx"),
    };

    private static void Run(ParseResult parsed, CancellationToken stop)
    {
        string folder = parsed.GetValue(Out)!;
        if (File.Exists(folder)) throw new InputException($"--out: {folder} is a file, expected a folder.");
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.onnx").FirstOrDefault() is { } existing && !parsed.GetValue(Overwrite))
            throw new InputException($"--out: {existing} exists; choose another folder or add --overwrite.");
        using SemanticModel model = ModelSource.Open(parsed.GetValue(Model), torch.CPU);
        foreach (string file in OnnxExport.Write(model, folder, parsed.GetValue(Half), parsed.GetValue(Opset)))
            Console.WriteLine($"{file}: {new FileInfo(file).Length / 1e6:0.0} MB");
    }
}
