"""Routes that answer beside Streamlit in the same process: page shells, assets, shapes, downloads, health.

Nothing here imports Streamlit; ``streamlit_app.py`` puts both together.
"""
