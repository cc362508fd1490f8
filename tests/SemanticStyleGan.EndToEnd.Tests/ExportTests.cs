using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_bundled_model_is_written_as_graphs_and_not_over_others()
    {
        string to = Path.Combine(_folder, "onnx");
        Run("export", "onnx", "--half", "--out", to).AssertDone();
        Assert.Equal(["mapping.onnx", "model.json", "synthesis.onnx"], Directory.GetFiles(to).Select(Path.GetFileName).Order());
        Run("export", "onnx", "--out", to).AssertRefused("exists", "--overwrite");
        Run("export", "onnx", "--out", to, "--opset", "12").AssertRefused("--opset", "13 to 23");
        Run("export", "onnx", "--model", "nothing", "--out", Path.Combine(_folder, "other")).AssertRefused("no such model");
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_page_for_browsers_has_all_that_it_needs()
    {
        string to = Path.Combine(_folder, "web");
        Run("export", "web", "--out", to).AssertDone();
        foreach (string file in new[] { "index.html", "css/base.css", "offline/page.js", "offline/model.json", "offline/synthesis.onnx", "offline/onnxruntime/LICENSE" })
            Assert.True(new FileInfo(Path.Combine(to, file)).Length > 0, file);
        byte[] wasm = File.ReadAllBytes(Path.Combine(to, "offline/onnxruntime/ort-wasm-simd-threaded.wasm"));
        Assert.Equal("\0asm"u8, wasm.AsSpan(0, 4));
        Run("export", "web", "--out", to).AssertRefused("exists", "--overwrite");
    }
}
