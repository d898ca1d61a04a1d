"""Run the notebooks from a clean kernel and store what their cells show: python notebooks/renew.py [NAME ...]

Needs what `bpo-kpo setup` fetches; everything else is made in a fresh folder. What differs from machine to machine,
or is shown to nobody, is left out: paths, times, widgets, and the plain text beside a long table.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
NAMES = ("ask", "own_articles", "compare_models")
CELL_S = 300
WIDGET = "application/vnd.jupyter.widget-view+json"
LONG = 2000  # characters of HTML, from which the plain text of the same value is left out


def main() -> None:
    """Renew the notebooks named, or all of them."""
    from assistant.core.settings import load_settings
    from assistant.models.chat.gguf.weights import find_weights

    names = sys.argv[1:] or list(NAMES)
    weights = find_weights(load_settings())
    if unknown := [name for name in names if name not in NAMES]:
        sys.exit(f"There is no notebook {unknown[0]!r}: give {', '.join(NAMES)}, or nothing for all.")
    if weights is None:
        sys.exit("The weights of the embedded model are missing: run `bpo-kpo setup`.")
    for name in names:
        path = HERE / f"{name}.ipynb"
        with tempfile.TemporaryDirectory() as folder:
            data = prepared(Path(folder), weights)
            notebook = executed(path.read_text(encoding="utf-8"), data, Path(folder) / "kernels")
            path.write_text(cleaned(notebook, data), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size} bytes")


def prepared(root: Path, weights: Path) -> Path:
    """Make a data folder with the weights alone, and beside it a folder whose one kernel is the running Python."""
    (root / "data" / "weights").mkdir(parents=True)
    for path in weights.parent.glob("[!.]*"):  # what was converted from them too, as after `bpo-kpo setup`
        (root / "data" / "weights" / path.name).symlink_to(path, target_is_directory=path.is_dir())
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (root / "kernels" / "clean").mkdir(parents=True)
    (root / "kernels" / "clean" / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "clean", "language": "python"}), encoding="utf-8"
    )
    return root / "data"


def executed(source: str, data: Path, kernels: Path) -> Any:
    """Return a notebook with the outputs of a fresh run; raises CellExecutionError where a cell fails."""
    notebook = nbformat.reads(source, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    specs = KernelSpecManager(kernel_dirs=[str(kernels)], ensure_native_kernel=False)
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_name="clean", kernel_spec_manager=specs),
        timeout=CELL_S,
        startup_timeout=CELL_S,
        iopub_timeout=CELL_S,
        resources={"metadata": {"path": str(kernels)}},
        store_widget_state=False,
    )
    nowhere = {"OLLAMA_HOST": "http://127.0.0.1:9", "IPYTHONDIR": str(kernels / "ipython")}
    return client.execute(env={**os.environ, **nowhere, "BPO_KPO_DATA_DIR": str(data)})


def cleaned(notebook: Any, data: Path) -> str:
    """Return a run notebook as the text to store, the same on every machine but for times that cells measure."""
    code = 0
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            code += 1
            cell.execution_count = code
            cell.outputs = [_plain(item, code) for item in cell.outputs if _is_kept(item)]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    body = json.loads(nbformat.writes(notebook))  # type: ignore[no-untyped-call]  # texts as lists of lines
    text = json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    return text.replace(f"{data}/", "").replace(str(data), ".")


def _is_kept(output: Any) -> bool:
    if output.output_type == "stream":
        return bool(output.name == "stdout")
    return WIDGET not in output.get("data", {})


def _plain(output: Any, count: int) -> Any:
    if output.output_type != "stream":
        output.metadata = {}
        output.data.pop("text/markdown" if "text/html" in output.data else "", None)
        if len(output.data.get("text/html", "")) > LONG:
            output.data.pop("text/plain", None)
    if output.output_type == "execute_result":
        output.execution_count = count
    return output


if __name__ == "__main__":
    main()
