using System.CommandLine;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Exporting;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;
using TorchSharp;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>export onnx</c> and <c>export web</c>: a model for programs without libtorch, and for browsers.</summary>
internal static class ExportCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<string> Out = CommonOptions.OutFolder("Folder for mapping.onnx, synthesis.onnx and model.json; made if it does not exist.");
    private static readonly Option<string> WebOut = CommonOptions.OutFolder("Folder for index.html and what it needs; made if it does not exist.");
    private static readonly Option<bool> Half = new("--half") { Description = "Store weights as float16: half the size, rounded to 11 bits." };
    private static readonly Option<int> Opset = CommonOptions.Integer("--opset", "Version of the ONNX operator set.", OnnxExport.DefaultOpset, OnnxExport.OldestOpset, OnnxExport.NewestOpset);
    private static readonly Option<bool> Overwrite = CommonOptions.Overwrite();

    public static Command Create() => new("export", "Write a model in a format of other programs.")
    {
        new Command("onnx", "Write mapping and synthesis network as ONNX files, see docs/onnx.md.") { Model, Out, Half, Opset, Overwrite }.Runs(Run).WithExamples(
            "semantic-stylegan export onnx --out out/onnx",
            "semantic-stylegan export onnx --model runs/faces --half --out out/onnx"),
        new Command("web", "Write a page that computes the model in the browser, for any web server, see docs/onnx.md.") { Model, WebOut, Overwrite }.Runs(RunWeb).WithExamples(
            "semantic-stylegan export web --out out/web"),
    };

    private static void Run(ParseResult parsed, CancellationToken stop) =>
        Write(parsed, Out, "*.onnx", (model, folder) => OnnxExport.Write(model, folder, parsed.GetValue(Half), parsed.GetValue(Opset)));

    private static void RunWeb(ParseResult parsed, CancellationToken stop)
    {
        Write(parsed, WebOut, "index.html", OfflinePage.Write);
        Console.WriteLine($"Serve {parsed.GetValue(WebOut)} with any web server and open it in a browser.");
    }

    private static void Write(ParseResult parsed, Option<string> target, string kept, Func<SemanticModel, string, IReadOnlyList<string>> write)
    {
        string folder = parsed.GetValue(target)!;
        if (File.Exists(folder)) throw new InputException($"--out: {folder} is a file, expected a folder.");
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, kept).FirstOrDefault() is { } existing && !parsed.GetValue(Overwrite))
            throw new InputException($"--out: {existing} exists; choose another folder or add --overwrite.");
        using SemanticModel model = ModelSource.Open(parsed.GetValue(Model), torch.CPU);
        foreach (string file in write(model, folder))
            Console.WriteLine($"{file}: {new FileInfo(file).Length / 1e6:0.0} MB");
    }
}
