using System.IO.Hashing;
using System.Runtime.InteropServices;
using SemanticStyleGan.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Perception;

/// <summary>A network in a TorchScript file that the user has; its own weights take no gradients.</summary>
internal sealed class TorchScriptFile : IDisposable
{
    private readonly string path;
    private readonly jit.ScriptModule module;

    /// <summary>Opens a file; <paramref name="expected"/> says in errors what it should be.</summary>
    /// <exception cref="InputException">There is no such file, or it is no TorchScript file.</exception>
    internal TorchScriptFile(string path, string expected, Device device)
    {
        this.path = path;
        using (FileStream stream = InputFile.Open(path, expected))
        {
            XxHash128 hash = new();
            hash.Append(stream);
            Fingerprint = Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        try
        {
            module = jit.load(path, device.type, device.index);
            module.eval();
            foreach (Tensor parameter in module.parameters()) parameter.requires_grad = false;
        }
        catch (ExternalException e)
        {
            throw new InputException($"{path}: is no TorchScript file, expected {expected}: {FirstLine(e)}", e);
        }
    }

    /// <summary>Stands for the file's bytes.</summary>
    internal string Fingerprint { get; }

    /// <summary>How many arguments <c>forward</c> takes, those with defaults included.</summary>
    internal int Arguments => module.GetNumberOfInputs();

    /// <summary>Calls <c>forward</c> without gradients.</summary>
    /// <exception cref="InputException">It fails with these arguments.</exception>
    internal object Call(params object[] arguments)
    {
        using IDisposable _ = no_grad();
        return Differentiate(arguments);
    }

    /// <summary>Calls <c>forward</c>; gradients go through it.</summary>
    /// <exception cref="InputException">It fails with these arguments.</exception>
    internal object Differentiate(params object[] arguments)
    {
        try
        {
            return module.call(arguments);
        }
        catch (ExternalException e)
        {
            throw Refuse($"its forward failed: {FirstLine(e)}", e);
        }
    }

    /// <summary>The error that the file is not what it should be.</summary>
    internal InputException Refuse(string what, Exception? inner = null) => inner is null ? new($"{path}: {what}") : new($"{path}: {what}", inner);

    public void Dispose() => module.Dispose();

    private static string FirstLine(Exception e) => e.Message.Split('\n').First(line => line.Trim().Length > 0).Trim();
}
