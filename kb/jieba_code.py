"""jieba's own code, run as a private package over tables that are not dicts.

``import jieba`` at run time would cost every session 0.6 s and 70 MB, print through a logger of its own and keep its
table in the shared temp folder, to be read back with ``marshal`` whoever wrote it. Its cutting itself asks for little:
a mapping from words and their beginnings to frequencies, and four from characters to probabilities. So the installed
files are executed under another name, with the two large parts left out; `kb.table` puts mapped ones in their place.
No line of the algorithm is written again here, so the cuts stay jieba's.
"""

import builtins
import importlib
import importlib.util
import sys
import threading
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

from kb.articles import KnowledgeError

_NAME = "kb_private_jieba"
_lock = threading.Lock()


def jieba_folder() -> Path:
    """Where jieba is installed; nothing of it is run.

    Raises:
        KnowledgeError: it is not installed.
    """
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise KnowledgeError("没有安装分词程序 jieba，知识库无法检索；请重新安装本程序")
    return Path(spec.origin).parent


def jieba_code() -> Any:
    """jieba's module, loaded once a process without its dictionary and its emission table.

    ``Tokenizer.FREQ`` and ``finalseg.emit_P`` are empty: whoever cuts fills them in.
    """
    with _lock:
        if _NAME not in sys.modules:
            try:
                _load(jieba_folder())
            except BaseException:
                for name in [name for name in sys.modules if name.split(".")[0] == _NAME]:
                    del sys.modules[name]
                raise
        return sys.modules[_NAME]


def emission_table() -> dict[str, dict[str, float]]:
    """jieba's table of how probable each character is in each state: 5 MB, for building only."""
    path = jieba_folder() / "finalseg" / "prob_emit.py"
    module = _module(_spec(f"{_NAME}_emissions", path))
    table: dict[str, dict[str, float]] = module.P
    return table


def _load(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in jieba's patterns would be printed over the screen
        package = _spec(_NAME, folder / "__init__.py", [str(folder)])
        left_out = ModuleType(f"{_NAME}.finalseg.prob_emit")
        vars(left_out)["P"] = {}  # instead of 1.3 MB of probabilities
        sys.modules[left_out.__name__] = left_out
        # It looks for pkg_resources (0.2 s where it is installed) and is content without.
        compat = _spec(f"{_NAME}._compat", folder / "_compat.py")
        sys.modules[compat.name] = _module(compat, {"__builtins__": {**vars(builtins), "__import__": _light_import}})
        module = importlib.util.module_from_spec(package)
        sys.modules[_NAME] = module
        _run(package, module)


def _light_import(name: str, *rest: Any) -> Any:
    if name == "pkg_resources":
        raise ImportError(name)
    return builtins.__import__(name, *rest)


def _spec(name: str, path: Path, folders: list[str] | None = None) -> ModuleSpec:
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folders)
    if spec is None:
        raise KnowledgeError(f"分词程序 jieba 缺少 {path}；请重新安装本程序")
    return spec


def _module(spec: ModuleSpec, content: dict[str, Any] | None = None) -> ModuleType:
    module = importlib.util.module_from_spec(spec)
    vars(module).update(content or {})
    _run(spec, module)
    return module


def _run(spec: ModuleSpec, module: ModuleType) -> None:
    assert spec.loader is not None
    try:
        spec.loader.exec_module(module)
    except OSError as error:
        raise KnowledgeError(f"分词程序 jieba 的 {spec.origin} 无法读取：{error.strerror}；请重新安装本程序") from error
