using System.IO.Compression;
using System.Text;

namespace SemanticStyleGan.Tests.Perception;

/// <summary>Writes TorchScript files of modules without weights from their code, as PyTorch's <c>torch.jit.save</c> lays them out.</summary>
internal static class TorchScriptArchive
{
    /// <summary>Writes a file whose module has one method: <c>forward(self, x: Tensor) -> Tensor</c> with the lines of <paramref name="body"/>.</summary>
    public static string Write(string path, params string[] body) => Write(path, "x: Tensor", "Tensor", body);

    /// <summary>Writes a file whose module has one method, <c>forward</c>, with these arguments, result type and lines.</summary>
    public static string Write(string path, string arguments, string result, IEnumerable<string> body)
    {
        string code = $"""
            class Tiny(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              def forward(self: __torch__.Tiny,
                {arguments}) -> {result}:
            {string.Join('\n', body.Select(line => "    " + line))}

            """;
        // protocol 2; the class; an object of it with the state {"training": False}
        byte[] module = [0x80, 2, .. "c__torch__\nTiny\n)"u8, 0x81, .. "}(X\u0008\0\0\0training"u8, 0x89, (byte)'u', (byte)'b', (byte)'.'];
        using ZipArchive zip = new(File.Create(path), ZipArchiveMode.Create);
        Add(zip, "data.pkl", module);
        Add(zip, "code/__torch__.py", Encoding.UTF8.GetBytes(code));
        Add(zip, "constants.pkl", [0x80, 2, (byte)')', (byte)'.']);
        Add(zip, "version", "6\n"u8.ToArray());
        return path;
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using Stream entry = zip.CreateEntry("tiny/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
